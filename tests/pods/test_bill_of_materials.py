"""The bill of materials is SPDX 2.3, and tells the truth about the files that are there."""

import datetime
import hashlib
import re
import subprocess

import pytest

IDENTIFIER = re.compile(r"^SPDXRef-[A-Za-z0-9.-]+$")
PURL = re.compile(r"^pkg:deb/debian/[^@]+@[^@?]+\?arch=(amd64|arm64|all)&distro=debian-12$")


@pytest.fixture(params=["operator_image", "emulator_image"])
def image(request):
    return request.getfixturevalue(request.param)


def test_it_has_what_spdx_asks_of_a_document(image):
    bom = image.bom
    assert (bom["spdxVersion"], bom["dataLicense"], bom["SPDXID"]) == ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT")
    assert re.match(r"^https://[^#]+$", bom["documentNamespace"]) and bom["name"]
    datetime.datetime.strptime(bom["creationInfo"]["created"], "%Y-%m-%dT%H:%M:%SZ")
    assert all(re.match(r"^(Tool|Organization|Person): ", creator) for creator in bom["creationInfo"]["creators"])
    for package in bom["packages"]:
        assert {"SPDXID", "name", "versionInfo", "downloadLocation", "filesAnalyzed", "licenseConcluded", "copyrightText"} <= package.keys()
        assert package["versionInfo"]


def test_no_package_claims_to_list_all_its_files(image):
    """SPDX lets only an analyzed package contain elements."""
    assert not any(package["filesAnalyzed"] for package in image.bom["packages"])
    assert not [relation for relation in image.bom["relationships"] if relation["relationshipType"] == "CONTAINS"]


def test_every_reference_leads_somewhere(image):
    bom = image.bom
    known = [each["SPDXID"] for each in [*bom["packages"], *bom["files"]]]
    assert len(known) == len(set(known)) and all(IDENTIFIER.match(each) for each in known)
    told = set(known) | {"SPDXRef-DOCUMENT"}
    for relation in bom["relationships"]:
        assert {relation["spdxElementId"], relation["relatedSpdxElement"]} <= told, relation
    related = {relation[end] for relation in bom["relationships"] for end in ("spdxElementId", "relatedSpdxElement")}
    assert set(known) <= related, "nothing is listed without a relation"
    assert bom["documentDescribes"] == [f"SPDXRef-Package-{image.program}"]


def test_the_checksums_are_those_of_the_files(image):
    for file in image.bom["files"]:
        content = (image.root / file["fileName"].removeprefix("./")).read_bytes()
        told = {sum_["algorithm"]: sum_["checksumValue"] for sum_ in file["checksums"]}
        assert told == {"SHA1": hashlib.sha1(content).hexdigest(), "SHA256": hashlib.sha256(content).hexdigest()}, file["fileName"]


def test_every_library_is_listed(image):
    listed = {file["fileName"].removeprefix(".") for file in image.bom["files"]}
    there = {"/" + str(path.relative_to(image.root)) for path in image.files() if ".so" in path.name or path.parts[-2] == "bin"}
    assert there and there <= listed


def test_header_only_libraries_are_listed_too(image):
    compiled = {r["relatedSpdxElement"] for r in image.bom["relationships"] if r["relationshipType"] == "STATIC_LINK"}
    assert {f"SPDXRef-Package-{name}" for name in ("nlohmann-json3-dev", "libspdlog-dev", "libcli11-dev", "libboost1.74-dev")} <= compiled


def test_packages_are_named_as_scanners_name_them(image):
    for package in image.bom["packages"]:
        if package["name"] != image.program:
            [reference] = package["externalRefs"]
            assert reference["referenceType"] == "purl" and PURL.match(reference["referenceLocator"]), reference


def test_what_the_program_needs_is_what_is_listed_as_linked(image):
    """Against the program itself: each library that it names has a file, and that file a package that is listed as linked."""
    program = image.root / "usr/bin" / image.program
    needed = re.findall(r"NEEDED.*\[(.*)\]", subprocess.run(["readelf", "-d", program], check=True, capture_output=True, text=True).stdout)
    owners = {r["spdxElementId"]: r["relatedSpdxElement"] for r in image.bom["relationships"] if r["relationshipType"] == "EXPANDED_FROM_ARCHIVE"}
    files = {file["fileName"].rpartition("/")[2]: file["SPDXID"] for file in image.bom["files"]}
    linked = {r["relatedSpdxElement"] for r in image.bom["relationships"] if r["relationshipType"] == "DYNAMIC_LINK"}
    assert needed
    for library in needed:
        assert owners[files[library]] in linked, library
