// identity: what a verified client certificate says.
//
// Source: RFC 5280; distinguished names as RFC 2253 text, the way Envoy writes them (WIRE
// section 1.4). Whether the certificate was verified is the proxy's word, not decided here. Strict:
// a name with a NUL byte in it (CVE-2025-66220: readers that stop there see another name) makes the
// whole certificate unreadable.
//
// Reading costs tens of microseconds, so each thread keeps what it read (CertificateCache): proxies
// send the same few. Thread rule: one cache per thread.
#ifndef WARD_SRC_IDENTITY_CLIENT_CERTIFICATE_H_
#define WARD_SRC_IDENTITY_CLIENT_CERTIFICATE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ward::identity {

struct ClientCertificate {
  std::string subject;  // `CN=carol,O=Acme\, Inc`
  std::string issuer;
  std::string serial;             // hexadecimal, lower case, without leading zeros
  std::string fingerprint;        // SHA-256 of the DER form, hexadecimal, lower case
  std::vector<std::string> uris;  // subject alternative names
  std::vector<std::string> dns_names;
  std::int64_t not_before_s = 0;  // since 1970
  std::int64_t not_after_s = 0;

  // The first URI, else the first DNS name, else the subject.
  [[nodiscard]] std::string_view principal() const;
};

// One certificate in PEM. Nothing: it cannot be read.
[[nodiscard]] std::optional<ClientCertificate> ReadCertificate(std::string_view pem);

class CertificateCache {
 public:
  // `url_encoded_pem` as Envoy sends it. Null: it cannot be read. Valid until the next call.
  [[nodiscard]] const ClientCertificate* Find(std::string_view url_encoded_pem);

 private:
  struct Entry {
    std::string text;
    std::optional<ClientCertificate> certificate;
  };
  static constexpr std::size_t kEntryCountMax = 64;

  std::vector<Entry> entries_;
  std::size_t next_ = 0;  // the one to replace
};

}  // namespace ward::identity

#endif  // WARD_SRC_IDENTITY_CLIENT_CERTIFICATE_H_
