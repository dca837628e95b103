"""Writes the bill of materials of an image: SPDX 2.3 as JSON, of what dpkg and the build know, with no moment of its own."""

import dataclasses
import datetime
import hashlib
import json
import pathlib
import re
import uuid


@dataclasses.dataclass
class Contents:
    """One image: the program, and where the rest came from."""

    name: str
    version: str
    program: pathlib.Path
    root: pathlib.Path
    moment: int  # seconds since 1970; SOURCE_DATE_EPOCH
    linked: set  # packages whose shared libraries the program links
    beside: set  # packages with other files in the image
    compiled: set  # packages whose headers or archives were compiled in
    files: dict  # file in the root: file of a package


def _digest(path, algorithm):
    return hashlib.new(algorithm, path.read_bytes()).hexdigest()


def _id(kind, name):
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def _file(path, root):
    """SPDX asks for SHA-1 of each file; SHA-256 is what to rely on."""
    name = "/" + str(path.relative_to(root))
    return {
        "SPDXID": _id("File", name.strip("/")), "fileName": "." + name, "fileTypes": ["BINARY" if path.parts[-2] != "etc" else "TEXT"],
        "checksums": [{"algorithm": "SHA1", "checksumValue": _digest(path, "sha1")},
                      {"algorithm": "SHA256", "checksumValue": _digest(path, "sha256")}],
        "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION",
    }


def _package(package, packages):
    version, source = packages.version(package), packages.fact(package, "source:Package")
    architecture = packages.fact(package, "Architecture")
    return {
        "SPDXID": _id("Package", package), "name": package, "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "supplier": "Organization: Debian", "sourceInfo": f"built from the source package {source} {packages.fact(package, 'source:Version')}",
        "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
        "licenseComments": f"/usr/share/doc/{package}/copyright", "primaryPackagePurpose": "LIBRARY",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": f"pkg:deb/debian/{_purl(package)}@{_purl(version)}?arch={architecture}&distro=debian-12"}],
    }


def _purl(text):
    return text.replace("+", "%2B").replace(":", "%3A").replace("~", "~")


def _program(contents):
    return {
        "SPDXID": _id("Package", contents.name), "name": contents.name, "versionInfo": contents.version, "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, "licenseConcluded": "MIT", "licenseDeclared": "MIT", "copyrightText": "NOASSERTION",
        "supplier": "NOASSERTION", "primaryPackagePurpose": "APPLICATION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": _digest(contents.program, "sha256")}],
    }


def _relation(one, kind, other, comment=None):
    relation = {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
    return {**relation, "comment": comment} if comment else relation


def _relations(contents, packages):
    ours = _id("Package", contents.name)
    yield _relation("SPDXRef-DOCUMENT", "DESCRIBES", ours)
    # Not CONTAINS, which is for packages whose files are all listed.
    yield _relation(_id("File", str(contents.program.relative_to(contents.root))), "GENERATED_FROM", ours)
    for package in sorted(contents.linked):
        yield _relation(ours, "DYNAMIC_LINK", _id("Package", package))
    for package in sorted(contents.beside):
        yield _relation(ours, "DEPENDS_ON", _id("Package", package))
    for package in sorted(contents.compiled):
        yield _relation(ours, "STATIC_LINK", _id("Package", package), "its headers or archives are compiled in")
    for path, source in sorted(contents.files.items()):
        yield _relation(_id("File", str(path.relative_to(contents.root))), "EXPANDED_FROM_ARCHIVE", _id("Package", packages.owner(source)))


def document(contents, packages):
    names = sorted(contents.linked | contents.beside | contents.compiled)
    body = {
        "packages": [_program(contents), *(_package(name, packages) for name in names)],
        "files": [_file(path, contents.root) for path in sorted([contents.program, *contents.files])],
        "relationships": list(_relations(contents, packages)),
    }
    # The name of the document is that of its content, so that two builds of one thing agree.
    unique = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(body, sort_keys=True))
    made = datetime.datetime.fromtimestamp(contents.moment, datetime.timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{contents.name}-{contents.version}",
        "documentNamespace": f"https://adxfollower.io/spdx/{contents.name}-{contents.version}-{unique}",
        "creationInfo": {"created": made.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: adx-follower-operator-image"]},
        "documentDescribes": [_id("Package", contents.name)], **body,
    }


def write(contents, packages, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document(contents, packages), indent=1) + "\n")
