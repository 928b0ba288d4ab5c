#include "server/recorded_question.h"

#include <google/protobuf/util/json_util.h>

#include "envoy/service/auth/v3/external_auth.pb.h"

namespace ward::server {

Result<std::string> QuestionFromJson(std::string_view json) {
  envoy::service::auth::v3::CheckRequest question;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &question, options);
  if (!status.ok()) {
    const auto message = status.message();
    return Error{ErrorCode::kInvalidArgument, {message.data(), message.size()}};
  }
  return question.SerializeAsString();
}

}  // namespace ward::server
