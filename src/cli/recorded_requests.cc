// A question of Envoy goes in through the same code as in production (server/question_request.h), so it is decided as
// there. The two kinds of file are told apart by `attributes.request`, which no request file of ours has.
#include "cli/recorded_requests.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "cli/json_input.h"
#include "cli/request_spec.h"
#ifdef WARD_WITH_SERVER
#include "server/question_request.h"
#include "server/recorded_question.h"
#endif

namespace ward::cli {
namespace {

using nlohmann::json;
using testing::RecordedRequest;
using testing::RecordedText;

class SpecRequest final : public RecordedRequest {
 public:
  explicit SpecRequest(RequestSpec spec) : spec_(std::move(spec)), prepared_(spec_) {}

  Result<std::shared_ptr<const void>> Apply(Engine& engine, Request& request) const override {
    WARD_RETURN_IF_ERROR(prepared_.Apply(engine, request));
    return std::shared_ptr<const void>();
  }
  std::optional<std::string_view> Header(std::string_view lower_case_name) const override {
    for (const auto& [name, value] : spec_.headers) {
      if (base::EqualFolded(name, lower_case_name)) return value;
    }
    return std::nullopt;
  }

 private:
  const RequestSpec spec_;
  const PreparedRequest prepared_;
};

Result<std::unique_ptr<const RecordedRequest>> ReadSpec(const RecordedText& recorded) {
  WARD_ASSIGN_OR_RETURN(RequestSpec spec, ParseRequest(recorded.text, recorded.file));
  if (spec.path.empty() && spec.action.empty() && spec.operation.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("`{}` names no request: it has neither `path` nor `action` nor `operation`, and no "
                             "`attributes.request` as Envoy sends it",
                             recorded.file)};
  }
  if (!spec.path.empty() && spec.method.empty()) spec.method = "GET";
  return std::unique_ptr<const RecordedRequest>(std::make_unique<SpecRequest>(std::move(spec)));
}

#ifdef WARD_WITH_SERVER

class Question final : public RecordedRequest {
 public:
  Question(std::string bytes, const bundle::ServerSettings& settings)
      : bytes_(std::move(bytes)), settings_(settings), read_(settings) {
    refused_ = read_.Read(bytes_);
  }

  Result<std::shared_ptr<const void>> Apply(Engine& /*engine*/, Request& request) const override {
    // As the server answers it, before any rule.
    if (!refused_.rule.empty()) {
      request.SetFault({.rule = refused_.rule, .reason = refused_.reason, .operator_reason = refused_.operator_reason});
      return std::shared_ptr<const void>();
    }
    // Each decision has buffers of its own: several workers send it at once.
    auto filled = std::make_shared<server::QuestionRequest>(settings_);
    static_cast<void>(filled->Read(bytes_));
    filled->Fill(request);
    return std::shared_ptr<const void>(std::move(filled));
  }
  std::optional<std::string_view> Header(std::string_view lower_case_name) const override {
    for (const NameValue& header : read_.question().headers) {
      if (base::EqualFolded(header.name, lower_case_name)) return header.value;
    }
    return std::nullopt;
  }

 private:
  const std::string bytes_;
  const bundle::ServerSettings settings_;
  server::QuestionRequest read_;
  server::EarlyRefusal refused_;
};

Result<std::unique_ptr<const RecordedRequest>> ReadQuestion(const RecordedText& recorded,
                                                            const bundle::ServerSettings& settings) {
  Result<std::string> bytes = server::QuestionFromJson(recorded.text);
  if (!bytes.has_value()) {
    return Error{bytes.error().code,
                 fmt::format("`{}` is no question of Envoy: {}", recorded.file, bytes.error().message)};
  }
  return std::unique_ptr<const RecordedRequest>(std::make_unique<Question>(std::move(bytes).value(), settings));
}

#else

Result<std::unique_ptr<const RecordedRequest>> ReadQuestion(const RecordedText& recorded,
                                                            const bundle::ServerSettings& /*settings*/) {
  return Error{
      ErrorCode::kUnsupported,
      fmt::format("`{}` is a question of Envoy, which this build without its server does not read (WARD_SERVER)",
                  recorded.file)};
}

#endif

}  // namespace

testing::RequestReader RecordedRequestReader(const bundle::ServerSettings& settings) {
  return [settings](const RecordedText& recorded) -> Result<std::unique_ptr<const RecordedRequest>> {
    WARD_ASSIGN_OR_RETURN(const json object, ParseJson(recorded.text, fmt::format("`{}`", recorded.file)));
    const auto attributes = object.is_object() ? object.find("attributes") : object.end();
    const bool question = attributes != object.end() && attributes->is_object() && attributes->contains("request");
    return question ? ReadQuestion(recorded, settings) : ReadSpec(recorded);
  };
}

}  // namespace ward::cli
