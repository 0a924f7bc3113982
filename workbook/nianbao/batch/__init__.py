"""Many agencies: one mechanism for every job that goes over a roster or a folder.

A job is a top-level function ``work(item) -> result`` (made of options with ``functools.partial``),
run over items by ``runner.run`` in this process, in several, or on a cluster (``workers.crew``);
what it found goes line by line into a ``journal.Journal`` beside the output, so that an interrupted
run goes on where it stopped. ``roster.read_roster`` says which agencies there are,
``owners.Matcher`` whose report a file is, ``folder.files_in`` what there is to read,
``fill.fill_all`` makes the workbooks.

    with stoppable() as stop, open_journal(path, job, version) as journal:
        with crew(jobs, dask, len(files)) as workers:
            dones = run(work, files, workers, stop=stop, show=show, verb="校验", total=len(files))
            for done in dones:
                if done.problem is None:  # else the sentence for the user; done.code: exit code
                    journal.add(key, fingerprint, done.value)

``options.running`` gives a command of `nianbao.cli` ``--jobs`` and ``--dask``;
``runner.in_terminal`` gives ``show``; ``journal.get(key)`` says before a file is read whether its
fingerprint is the same.
"""
