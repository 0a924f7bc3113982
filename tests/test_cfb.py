"""The container and the compression of VBA projects, against olefile and oletools."""

from __future__ import annotations

import io
import warnings

import olefile
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nianbao.formats import cfb
from nianbao_addin import ovba, xlwings_files

with warnings.catch_warnings():  # oletools imports what its dependencies have deprecated
    warnings.simplefilter("ignore")
    from oletools.olevba import decompress_stream

names = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ_0123456789", min_size=1, max_size=31)
contents = st.one_of(
    st.binary(max_size=300),
    st.sampled_from([63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 70_000]).map(bytes),
)
streams = st.dictionaries(names, contents, max_size=40).map(
    lambda flat: {(f"VBA/{name}" if i % 2 else name): flat[name] for i, name in enumerate(flat)}
)


def without_twins(content: dict[str, bytes]) -> dict[str, bytes]:
    """Names that differ in case only are one name in a compound file; VBA is our storage."""
    unique = {path.upper(): path for path in content if path.upper() != "VBA"}
    return {path: content[path] for path in unique.values()}


@settings(max_examples=60, deadline=None)
@given(streams.map(without_twins))
def test_olefile_reads_what_we_write_and_finds_no_fault(content: dict[str, bytes]) -> None:
    data = cfb.write(content)
    assert len(data) % 512 == 0
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE) as ole:
        assert ole.parsing_issues == []
        assert {"/".join(path) for path in ole.listdir()} == set(content)
        for path, expected in content.items():
            assert ole.openstream(path).read() == expected
    assert cfb.read(data) == content


def test_the_macro_project_of_the_add_in_is_a_clean_compound_file() -> None:
    data = ovba.write("nianbao", [ovba.Module("M", 'Attribute VB_Name = "M"\r\n' * 900)])
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE) as ole:
        assert ole.parsing_issues == []
        assert ole.openstream("VBA/_VBA_PROJECT").read().startswith(b"\xcc\x61\xff\xff\x00")
        assert not [path for path in ole.listdir() if path[-1].startswith("__SRP")]


def test_we_read_the_project_that_excel_and_xlwings_made() -> None:
    data = xlwings_files.workbook_parts()["xl/vbaProject.bin"]
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        expected = {"/".join(path): ole.openstream(path).read() for path in ole.listdir()}
    assert cfb.read(data) == expected
    documents = [module.name for module in ovba.read(data) if module.document]
    assert {"ThisWorkbook", "Sheet2"} <= set(documents)


def test_a_name_of_more_than_31_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="name too long"):
        cfb.write({"n" * 32: b""})
    assert cfb.read(cfb.write({"n" * 31: b"x"})) == {"n" * 31: b"x"}


def test_more_than_the_header_can_list_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        cfb.write({"a": bytes(8_000_000)})


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_an_error_and_nothing_else(data: st.DataObject) -> None:
    sound = bytearray(cfb.write({"VBA/dir": b"x" * 100, "PROJECT": b"y" * 5000}))
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(sound) - 1))
        sound[position] = data.draw(st.integers(0, 255))
    cut = bytes(sound[: data.draw(st.integers(0, len(sound)))])
    for damaged in (bytes(sound), cut):
        try:
            content = cfb.read(damaged)
        except ValueError:
            continue
        assert all(len(stream) <= 129 * 512 for stream in content.values())


def test_a_chain_that_runs_in_a_circle_ends() -> None:
    data = bytearray(cfb.write({"a": bytes(5000)}))
    fat = 512  # the first sector; the stream starts behind FAT and directory
    start = next(
        i for i in range(128) if data[fat + 4 * i : fat + 4 * i + 4] == bytes([i + 1, 0, 0, 0])
    )
    data[fat + 4 * start : fat + 4 * start + 4] = bytes([start, 0, 0, 0])
    with pytest.raises(ValueError, match="circle"):
        cfb.read(bytes(data))


buffers = st.one_of(
    st.binary(max_size=9000),
    st.text("ab \r\n", max_size=6000).map(str.encode),
    st.tuples(st.binary(min_size=1, max_size=40), st.integers(1, 600)).map(lambda p: p[0] * p[1]),
)


@settings(max_examples=150, deadline=None)
@given(buffers)
@example(b"")
@example(bytes(4096))
@example(bytes(4097))
@example(b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa")  # 3.2.2 of [MS-OVBA]
@example(b"abcdefghijklmnopqrstuv.")  # 3.2.1
def test_what_we_compress_oletools_unpacks(data: bytes) -> None:
    packed = ovba.compress(data)
    unpacked = bytes(decompress_stream(bytearray(packed)))
    assert ovba.decompress(packed) == unpacked
    assert unpacked[: len(data)] == data
    # only a last chunk in which nothing repeats is filled up: the format has it so
    assert unpacked == data or (len(unpacked) % 4096 == 0 and len(data) % 4096 > 3640)


def test_the_examples_of_the_specification_come_out_as_printed() -> None:
    """[MS-OVBA] 3.2.1 and 3.2.3."""
    assert ovba.compress(b"abcdefghijklmnopqrstuv.") == bytes.fromhex(
        "01 19 B0 00 61 62 63 64 65 66 67 68 00 69 6A 6B 6C 6D 6E 6F 70 00 71 72 73 74 75 76 2E"
    )
    assert ovba.compress(b"a" * 73) == bytes.fromhex("01 03 B0 02 61 45 00")


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\x01\x03", b"\x01\x03\xb0\x02\x61\x45", b"\x01\x01\xb0\x01\x00\x10"]
)
def test_a_damaged_container_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="container"):
        ovba.decompress(data)


def decrypted(project_id: str, text: str) -> bytes:
    """[MS-OVBA] 2.4.3.3, written down a second time."""
    seed, version, key, *rest = bytes.fromhex(text)
    assert seed ^ version == 2
    assert seed ^ key == sum(project_id.encode()) % 256
    before, last, plain = version, key, seed ^ key
    out = []
    for byte in rest:
        plain = byte ^ (before + plain) % 256
        out.append(plain)
        before, last = last, byte
    data = bytes(out[(seed & 6) // 2 :])
    assert int.from_bytes(data[:4], "little") == len(data) - 4
    return data[4:]


def test_protection_password_and_visibility_are_encrypted_as_excel_does() -> None:
    excel = "{318BEE36-5BE1-492A-826D-473DB19B0F30}"
    assert decrypted(excel, "5D5F8AADDAA8DEA8DEA8DEA8DE") == bytes(4)
    assert decrypted(excel, "5D5F8AADDAADDBADDBAD") == bytes(1)
    assert decrypted(excel, "5D5F8AADDAADDBADDB52") == b"\xff"
    for data in (bytes(4), bytes(1), b"\xff"):
        assert decrypted(excel, ovba.encrypt(excel, data)) == data


def test_source_that_is_not_ascii_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        ovba.write("p", [ovba.Module("M", "' 中文\r\n")])


def test_modules_survive_writing_and_reading() -> None:
    modules = (
        ovba.Module("ThisWorkbook", 'Attribute VB_Name = "ThisWorkbook"\r\n', document=True),
        ovba.Module("Code", 'Attribute VB_Name = "Code"\r\n' + "Sub A()\r\nEnd Sub\r\n" * 500),
    )
    assert ovba.read(ovba.write("p", modules)) == modules
    with pytest.raises(ValueError, match="not a VBA project"):
        ovba.read(cfb.write({"PROJECT": b""}))


def test_the_project_is_named_open_without_password_and_visible() -> None:
    modules = (ovba.Module("ThisWorkbook", "", document=True), ovba.Module("Code", ""))
    streams = cfb.read(ovba.write("nianbao", modules))
    lines = streams["PROJECT"].decode("ascii").split("\r\n")
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    id = values["ID"].strip('"')
    assert lines[1:4] == ["Document=ThisWorkbook/&H00000000", "Module=Code", 'Name="nianbao"']
    assert [decrypted(id, values[key].strip('"')) for key in ("CMG", "DPB", "GC")] == [
        bytes(4),
        bytes(1),
        b"\xff",
    ]
    assert (
        streams["PROJECTwm"]
        == b"".join(
            name.encode("ascii") + b"\0" + name.encode("utf-16-le") + b"\0\0"
            for name in ("ThisWorkbook", "Code")
        )
        + b"\0\0"
    )
