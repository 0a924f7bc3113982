"""Many agencies: one mechanism for every job that goes over a roster or a folder.

A job is a top-level function ``work(item) -> result`` (made of options with ``functools.partial``),
run over items by ``runner.run`` in this process, in several, or on a cluster (``crews.crew``); what
it found goes line by line into a ``journal.Journal`` beside the output, so that an interrupted run
goes on where it stopped. ``roster.read_roster`` says which agencies there are,
``matching.Matcher`` whose report a file is, ``filling.fill_all`` makes the workbooks.

    with stoppable() as stop, open_journal(path, job, version) as journal:
        with crew(jobs, dask, len(files)) as workers:
            for done in run(work, files, workers, name=str, stop=stop, tell=progress):
                if done.problem is None:
                    journal.add(key, fingerprint, done.value)
"""
