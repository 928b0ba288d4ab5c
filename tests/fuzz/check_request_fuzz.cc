// Any bytes are an ext_authz question: our reader answers without touching what lies outside, and
// what both it and protobuf's own parser accept, both read alike. (Ours is strict where protobuf
// lets the last value win.)
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "envoy/service/auth/v3/external_auth.pb.h"
#include "server/ext_authz_request.h"
#include "server/wire_struct.h"

namespace {

using ward::server::CheckFault;
using ward::server::CheckQuestion;
using ward::server::CheckRequestReader;

void CompareWithProtobuf(const CheckQuestion& question, std::string_view message) {
  envoy::service::auth::v3::CheckRequest oracle;
  // Parts that no decision reads are skipped unread by us, and may be damaged.
  if (!oracle.ParseFromArray(message.data(), static_cast<int>(message.size()))) return;
  const auto& http = oracle.attributes().request().http();
  WARD_CHECK(question.method == http.method());
  WARD_CHECK(question.host == http.host());
  WARD_CHECK(question.target == http.path());
  WARD_CHECK(question.protocol == http.protocol());
  for (const auto& extension : question.extensions) {
    const auto found = oracle.attributes().context_extensions().find(std::string(extension.name));
    WARD_CHECK(found != oracle.attributes().context_extensions().end());
    WARD_CHECK(found->second == extension.value);
  }
}

void WalkMetadata(const CheckQuestion& question) {
  static constexpr std::string_view kFilter = "envoy.filters.http.jwt_authn";
  const auto metadata = ward::server::FindFilterMetadata(question.metadata, kFilter);
  const std::array<std::string_view, 2> path{"payload", "scope"};
  const auto value = ward::server::FindPath(metadata.struct_message, path);
  std::array<std::string_view, 8> texts;
  static_cast<void>(ward::server::ReadTexts(value.bytes, texts));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of exactly this size, so that the address sanitizer sees one byte too far.
  const auto copy = std::make_unique<char[]>(size);
  for (std::size_t i = 0; i < size; ++i) copy[i] = static_cast<char>(data[i]);
  const std::string_view message(copy.get(), size);
  CheckRequestReader reader;
  if (reader.Read(message) == CheckFault::kNone) CompareWithProtobuf(reader.question(), message);
  WalkMetadata(reader.question());
  return 0;
}
