"""Client certificates from a TLS connection to Envoy to the rules that read them."""

import http.client
import pathlib
import ssl
import subprocess
import tempfile
import unittest

import stack

POLICY = r"""policy certs governs certs
api certs at "h"
  known      GET  /known
  subject    GET  /subject
  issuer     GET  /issuer
  uris       GET  /uris
  dns        GET  /dns
  principal  GET  /principal
  valid      GET  /valid
rule known
  allow known
  when connection.client-cert is present
rule subject
  allow subject
  when connection.client-cert.subject is "CN=carol,O=Acme\\, Inc"
rule issuer
  allow issuer
  when connection.client-cert.issuer is "CN=Mesh CA"
rule uris
  allow uris
  when connection.client-cert.uris has "spiffe://mesh/orders"
rule dns
  allow dns
  when connection.client-cert.dns-names has "orders.mesh"
rule principal
  allow principal
  when connection.client-cert.principal is "spiffe://mesh/orders"
rule valid
  allow valid
  when now before connection.client-cert.not-after and now after connection.client-cert.not-before
"""
PATHS = ["known", "subject", "issuer", "uris", "dns", "principal", "valid"]

TLS = """    filter_chains:
    - transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            tls_certificates:
            - {{ certificate_chain: {{ filename: {keys}/server.pem }}, private_key: {{ filename: {keys}/server.key }} }}
            validation_context: {{ trusted_ca: {{ filename: {keys}/ca.pem }} }}
      filters:
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_keys(folder):
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    openssl("req", "-x509", *new_key, "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-subj", "/CN=Mesh CA")
    for name, subject, names in (
        ("server", "/CN=edge", "DNS:localhost"),
        ("carol", "/O=Acme, Inc/CN=carol", "DNS:orders.mesh,URI:spiffe://mesh/orders"),
        ("plain", "/CN=plain", None),
    ):
        extension = ["-addext", f"subjectAltName={names}"] if names else []
        openssl("req", "-x509", *new_key, "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-subj", subject,
                *extension, "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")


class CertificateCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="ward-keys-")
        cls.addClassCleanup(folder.cleanup)
        cls.keys = pathlib.Path(folder.name)
        make_keys(cls.keys)
        bundle = cls.keys / "bundle"
        bundle.mkdir()
        (bundle / "ward.toml").write_text('name = "certs"\nedition = 1\n[server]\nproxy-verifies-certificates = true\n')
        (bundle / "certs.ward").write_text(POLICY)
        config = (stack.ROOT / "examples/gateway/envoy.yaml").read_text()
        plain = "    filter_chains:\n    - filters:\n"
        assert plain in config
        (bundle / "envoy.yaml").write_text(config.replace(plain, TLS.format(keys=cls.keys), 1))
        ward, envoy = stack.binaries()
        cls.stack = stack.Stack(bundle, ward, envoy)
        cls.addClassCleanup(cls.stack.close)
        cls.stack.start()

    def statuses(self, name=None):
        context = ssl.create_default_context(cafile=self.keys / "ca.pem")
        if name:
            context.load_cert_chain(self.keys / f"{name}.pem", self.keys / f"{name}.key")
        found = {}
        for path in PATHS:
            connection = http.client.HTTPSConnection("localhost", self.stack.port, timeout=10, context=context)
            try:
                connection.request("GET", f"/{path}", headers={"host": "h"})
                found[path] = connection.getresponse().status
            finally:
                connection.close()
        return found

    def test_every_field_of_a_verified_certificate_arrives(self):
        self.assertEqual(self.statuses("carol"), {path: 200 for path in PATHS})

    def test_a_certificate_without_names_has_its_subject(self):
        found = self.statuses("plain")
        self.assertEqual({path for path in PATHS if found[path] == 200}, {"known", "issuer", "valid"})

    def test_without_a_certificate_nothing_is_known(self):
        self.assertEqual(self.statuses(), {path: 403 for path in PATHS})
