// Any bytes get an answer that protobuf can read; a refusal has a status of 300 to 599, and an allow carries no header
// that a proxy must not take. One policy that sets headers from claims is asked.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/header_names.h"
#include "envoy/service/auth/v3/external_auth.pb.h"
#include "server/check_handler.h"
#include "ward/compiler.h"

namespace {

namespace auth = envoy::service::auth::v3;

constexpr std::string_view kPolicy = R"(policy fuzz governs fuzz
attributes of token
  sub:    string up to 4_096, optional
  scopes: set of string, from scope, split by " ", optional
api fuzz at "h"
  any  GET  /**
zone everywhere
  everything else
rule any
  allow any
  with set header "X-User" to token.sub
  with strip header "X-Internal"
rule stays-out
  deny any
  when token.scopes has "out"
)";

// Everything that one process needs; made once.
class World {
 public:
  World() : log_(ward::observe::Log::Open({.file = "/dev/null"}).value()), engine_(ward::Engine::Create({}).value()) {
    const auto compiled = ward::CompileSources({{"fuzz.ward", std::string(kPolicy)}}, {});
    WARD_CHECK(compiled.has_value() && compiled->ok());
    WARD_CHECK(engine_.Load(compiled->bytecode).has_value());
    ward::bundle::ServerSettings settings;
    settings.claims_extension_prefix = "claim.";
    settings.trusted_hops = 1;
    service_ = ward::server::CheckEndpoints(engine_, *log_, settings, ward::server::DecisionLogging::kAll)
                   .at(0)
                   .make()
                   .value();
  }
  ward::server::Reply Answer(std::string_view request) { return service_->Answer(request); }

 private:
  std::unique_ptr<ward::observe::Log> log_;
  ward::Engine engine_;
  std::unique_ptr<ward::server::ByteService> service_;
};

void CheckAnswer(const ward::server::Reply& reply) {
  WARD_CHECK(reply.status == ward::server::CallStatus::kOk);
  auth::CheckResponse response;
  WARD_CHECK(response.ParseFromArray(reply.bytes.data(), static_cast<int>(reply.bytes.size())));
  if (response.status().code() != 0) {
    const int status = response.denied_response().status().code();
    WARD_CHECK(status >= 300 && status <= 599);
    return;
  }
  for (const auto& header : response.ok_response().headers()) {
    WARD_CHECK(ward::base::MaySetHeader(header.header().key()));
    WARD_CHECK(ward::base::IsHeaderValue(header.header().value()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  // A copy of exactly this size, so that the address sanitizer sees one byte too far.
  const auto copy = std::make_unique<char[]>(size);
  for (std::size_t i = 0; i < size; ++i) copy[i] = static_cast<char>(data[i]);
  CheckAnswer(world.Answer(std::string_view(copy.get(), size)));
  return 0;
}
