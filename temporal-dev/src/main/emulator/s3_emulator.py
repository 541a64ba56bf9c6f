"""Amazon S3 on this machine, for tests: versions, archive classes and keys of any 1,024 bytes, which an emulator on files cannot have.

moto keeps buckets and objects, in memory. This adds what moto lacks: a listing that was asked for it tells which archived objects are restored, and
keys are taken as they are, with several slashes in a row, dots and control characters. Signatures are not checked. Listens on 127.0.0.1 only, prints
one line when it is ready, and ends when its parent does.
"""

import argparse
import logging
import os
import re
import signal
import sys
import threading
import urllib.parse
import xml.etree.ElementTree as xml

from moto.moto_server import werkzeug_app
from moto.moto_server.utilities import RegexConverter
from moto.s3.responses import S3Response
from werkzeug.serving import make_server

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def with_restore_status(list_objects):
    """Adds RestoreStatus to a ListObjectsV2 answer, where the request names it in x-amz-optional-object-attributes."""

    def listed(self):
        status, headers, body = list_objects(self)
        # moto repeats it as it was asked, which is no XML where it has control characters.
        body = re.sub("<StartAfter>.*?</StartAfter>", "", body, flags=re.DOTALL)
        if "RestoreStatus" not in self.headers.get("x-amz-optional-object-attributes", ""):
            return status, headers, body
        xml.register_namespace("", NAMESPACE)
        tree = xml.fromstring(body)
        space = tree.tag[: tree.tag.index("}") + 1] if tree.tag.startswith("{") else ""
        for object in tree.iter(space + "Contents"):
            key = self.backend.get_object(self.bucket_name, urllib.parse.unquote(object.find(space + "Key").text))
            if key is not None and key.expiry_date is not None:
                restored = xml.SubElement(object, space + "RestoreStatus")
                xml.SubElement(restored, space + "IsRestoreInProgress").text = "false"
                xml.SubElement(restored, space + "RestoreExpiryDate").text = key._expiry.strftime("%Y-%m-%dT%H:%M:%SZ")
        return status, headers, xml.tostring(tree, encoding="unicode", xml_declaration=True)

    return listed


class AnyCharacter(RegexConverter):
    """Part of a path; keys may hold line breaks too."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.regex = f"(?s:{self.regex})"


def plain_paths(service):
    """moto's application for a service, which must not tidy up the paths that keys are in."""
    application = werkzeug_app.create_backend_app(service)
    application.url_map.merge_slashes = False
    return application


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=0, help="default: any free one, which the line says")
    options = parser.parse_args()
    parent = os.getppid()
    for name in ("werkzeug", "moto"):
        logging.getLogger(name).setLevel(logging.ERROR)
    werkzeug_app.RegexConverter = AnyCharacter
    S3Response.list_objects_v2 = with_restore_status(S3Response.list_objects_v2)
    dispatcher = werkzeug_app.DomainDispatcherApplication(plain_paths)
    server = make_server("127.0.0.1", options.port, dispatcher, threaded=True, request_handler=werkzeug_app.MotoRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    print(f"s3 emulator ready http://127.0.0.1:{server.server_port}", flush=True)
    while not stopped.wait(0.5) and os.getppid() == parent:
        pass


if __name__ == "__main__":
    sys.exit(main())
