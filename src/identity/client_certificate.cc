#include "identity/client_certificate.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <iterator>
#include <memory>
#include <utility>

#include "base/ascii.h"
#include "base/budgets.h"
#include "base/utf8.h"

namespace ward::identity {
namespace {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Free<&BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<&X509_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<&GENERAL_NAMES_free>>;
using Number = std::unique_ptr<BIGNUM, Free<&BN_free>>;

void FreeOpenSsl(char* text) { OPENSSL_free(text); }
using OpenSslText = std::unique_ptr<char, Free<&FreeOpenSsl>>;

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? base::HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? base::HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::optional<std::string> NameText(const X509_NAME* name) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) return std::nullopt;
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::optional<std::string> SerialText(const X509* certificate) {
  const Number number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  if (number == nullptr) return std::nullopt;
  const OpenSslText text(BN_bn2hex(number.get()));
  if (text == nullptr) return std::nullopt;
  std::string lower;
  for (const char c : std::string_view(text.get())) lower += static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c);
  const std::size_t digit = lower.find_first_not_of('0');
  return digit == std::string::npos ? "0" : lower.substr(digit);
}

std::optional<std::string> FingerprintText(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return std::nullopt;
  std::string text;
  for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(text), "{:02x}", digest[i]);
  return text;
}

std::optional<std::int64_t> Seconds(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return static_cast<std::int64_t>(::timegm(&parts));
}

// False if a name cannot be read in one way only.
bool ReadAlternativeNames(const X509* certificate, ClientCertificate& out) {
  const Names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) < 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI && name->type != GEN_DNS) continue;
    const ASN1_STRING* string = name->type == GEN_URI ? name->d.uniformResourceIdentifier : name->d.dNSName;
    const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
                                static_cast<std::size_t>(ASN1_STRING_length(string)));
    if (text.find('\0') != std::string_view::npos || base::FirstInvalidUtf8(text)) return false;
    (name->type == GEN_URI ? out.uris : out.dns_names).emplace_back(text);
  }
  return true;
}

}  // namespace

std::string_view ClientCertificate::principal() const {
  if (!uris.empty()) return uris.front();
  return dns_names.empty() ? subject : dns_names.front();
}

std::optional<ClientCertificate> ReadCertificate(std::string_view pem) {
  if (pem.size() > base::budget::kClientCertificateBytesMax) return std::nullopt;
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) return std::nullopt;
  const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return std::nullopt;
  const std::optional<std::string> subject = NameText(X509_get_subject_name(certificate.get()));
  const std::optional<std::string> issuer = NameText(X509_get_issuer_name(certificate.get()));
  const std::optional<std::string> serial = SerialText(certificate.get());
  const std::optional<std::string> fingerprint = FingerprintText(certificate.get());
  const std::optional<std::int64_t> not_before = Seconds(X509_get0_notBefore(certificate.get()));
  const std::optional<std::int64_t> not_after = Seconds(X509_get0_notAfter(certificate.get()));
  ClientCertificate out;
  if (!subject || !issuer || !serial || !fingerprint || !not_before || !not_after) return std::nullopt;
  if (!ReadAlternativeNames(certificate.get(), out)) return std::nullopt;
  out.subject = *subject;
  out.issuer = *issuer;
  out.serial = *serial;
  out.fingerprint = *fingerprint;
  out.not_before_s = *not_before;
  out.not_after_s = *not_after;
  return out;
}

const ClientCertificate* CertificateCache::Find(std::string_view url_encoded_pem) {
  if (url_encoded_pem.size() > base::budget::kClientCertificateBytesMax) return nullptr;
  for (const Entry& entry : entries_) {
    if (entry.text == url_encoded_pem) return entry.certificate ? &*entry.certificate : nullptr;
  }
  const std::optional<std::string> pem = PercentDecode(url_encoded_pem);
  Entry read{std::string(url_encoded_pem), pem ? ReadCertificate(*pem) : std::nullopt};
  if (entries_.size() < kEntryCountMax) {
    entries_.push_back(std::move(read));
    return entries_.back().certificate ? &*entries_.back().certificate : nullptr;
  }
  Entry& oldest = entries_[next_];
  next_ = (next_ + 1) % kEntryCountMax;
  oldest = std::move(read);
  return oldest.certificate ? &*oldest.certificate : nullptr;
}

}  // namespace ward::identity
