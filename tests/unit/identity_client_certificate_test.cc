#include <gtest/gtest.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/budgets.h"
#include "identity/client_certificate.h"

namespace ward::identity {
namespace {

// Makes certificates as they come, valid or not; nobody verifies them here.
class Maker {
 public:
  Maker() : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")), certificate_(X509_new()) {
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate_), 0x0a1b2cU);
    ASN1_TIME_set(X509_getm_notBefore(certificate_), 1'700'000'000);
    ASN1_TIME_set(X509_getm_notAfter(certificate_), 1'800'000'000);
    X509_set_pubkey(certificate_, key_);
    Name(X509_get_issuer_name(certificate_), "CN", "Mesh CA");
  }
  Maker(const Maker&) = delete;
  Maker& operator=(const Maker&) = delete;
  ~Maker() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }

  Maker& Subject(const char* type, std::string_view value) {
    Name(X509_get_subject_name(certificate_), type, value);
    return *this;
  }
  Maker& AlternativeName(int type, std::string_view value) {
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, value.data(), static_cast<int>(value.size()));
    GENERAL_NAME* name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, type, text);
    sk_GENERAL_NAME_push(names_.get(), name);
    return *this;
  }
  std::string Pem() {
    if (sk_GENERAL_NAME_num(names_.get()) > 0) {
      X509_add1_ext_i2d(certificate_, NID_subject_alt_name, names_.get(), 0, X509V3_ADD_REPLACE);
    }
    X509_sign(certificate_, key_, EVP_sha256());
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate_);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free_all(bio);
    return pem;
  }

 private:
  static void Name(X509_NAME* name, const char* type, std::string_view value) {
    X509_NAME_add_entry_by_txt(name, type, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
  }
  struct FreeNames {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  };

  EVP_PKEY* key_;
  X509* certificate_;
  std::unique_ptr<GENERAL_NAMES, FreeNames> names_{GENERAL_NAMES_new()};
};

// As Envoy does it.
std::string UrlEncode(std::string_view pem) {
  std::string text;
  for (const char c : pem) {
    switch (c) {
      case '\n':
        text += "%0A";
        break;
      case ' ':
        text += "%20";
        break;
      case '+':
        text += "%2B";
        break;
      case '/':
        text += "%2F";
        break;
      case '=':
        text += "%3D";
        break;
      default:
        text += c;
        break;
    }
  }
  return text;
}

TEST(ClientCertificateTest, NoMoreBytesThanTheBudget) {
  Maker maker;
  std::string pem = maker.Subject("CN", "carol").Pem();
  pem.resize(base::budget::kClientCertificateBytesMax, '\n');
  EXPECT_TRUE(ReadCertificate(pem).has_value());
  EXPECT_FALSE(ReadCertificate(pem + "\n").has_value());
}

TEST(ClientCertificateTest, ReadsEveryField) {
  Maker maker;
  maker.Subject("O", "Acme, Inc")
      .Subject("CN", "carol")
      .AlternativeName(GEN_DNS, "a.example")
      .AlternativeName(GEN_URI, "spiffe://mesh/a")
      .AlternativeName(GEN_URI, "spiffe://mesh/b");
  const auto certificate = ReadCertificate(maker.Pem());
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(certificate->subject, "CN=carol,O=Acme\\, Inc");
  EXPECT_EQ(certificate->issuer, "CN=Mesh CA");
  EXPECT_EQ(certificate->serial, "a1b2c");
  EXPECT_EQ(certificate->fingerprint.size(), 64U);
  EXPECT_EQ(certificate->fingerprint.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(certificate->not_before_s, 1'700'000'000);
  EXPECT_EQ(certificate->not_after_s, 1'800'000'000);
  ASSERT_EQ(certificate->uris.size(), 2U);
  EXPECT_EQ(certificate->dns_names.at(0), "a.example");
  EXPECT_EQ(certificate->principal(), "spiffe://mesh/a");
}

TEST(ClientCertificateTest, ThePrincipalIsUriThenDnsThenSubject) {
  Maker dns;
  dns.Subject("CN", "x").AlternativeName(GEN_DNS, "a.example");
  EXPECT_EQ(ReadCertificate(dns.Pem())->principal(), "a.example");
  Maker plain;
  plain.Subject("CN", "x");
  EXPECT_EQ(ReadCertificate(plain.Pem())->principal(), "CN=x");
}

TEST(ClientCertificateTest, ANameWithANulByteMakesItUnreadable) {
  Maker maker;
  maker.Subject("CN", "x").AlternativeName(GEN_DNS, std::string_view("good.example\0.evil.example", 26));
  EXPECT_FALSE(ReadCertificate(maker.Pem()).has_value());
}

TEST(ClientCertificateTest, GarbageIsNoCertificate) {
  Maker maker;
  const std::string pem = maker.Pem();
  EXPECT_FALSE(ReadCertificate("").has_value());
  EXPECT_FALSE(ReadCertificate("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n").has_value());
  EXPECT_FALSE(ReadCertificate(pem.substr(0, pem.size() / 2)).has_value());
  EXPECT_FALSE(ReadCertificate(std::string(1 << 20, 'A')).has_value());
  CertificateCache cache;
  EXPECT_EQ(cache.Find(""), nullptr);
  EXPECT_EQ(cache.Find("%"), nullptr);
  EXPECT_EQ(cache.Find("%4"), nullptr);
  EXPECT_EQ(cache.Find(std::string(1 << 20, 'A')), nullptr);
}

TEST(CertificateCacheTest, FindsAgainAndStaysSmall) {
  Maker maker;
  maker.Subject("CN", "carol");
  const std::string text = UrlEncode(maker.Pem());
  CertificateCache cache;
  const ClientCertificate* first = cache.Find(text);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->subject, "CN=carol");
  EXPECT_EQ(cache.Find(text), first);  // not read twice
  // A text that cannot be read is remembered as well, and a flood of them leaves the cache working.
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(cache.Find("junk" + std::to_string(i)), nullptr);
  ASSERT_NE(cache.Find(text), nullptr);
  EXPECT_EQ(cache.Find(text)->subject, "CN=carol");
}

}  // namespace
}  // namespace ward::identity
