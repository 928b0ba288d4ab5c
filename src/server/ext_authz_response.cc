#include "server/ext_authz_response.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <protozero/pbf_writer.hpp>

#include "base/ascii.h"
#include "base/header_names.h"
#include "base/utf8.h"

namespace ward::server {
namespace {

using Writer = protozero::pbf_writer;

// gRPC status codes, as Envoy's filter and its logs read them: 0 lets the request pass, anything
// else does not.
constexpr std::int32_t kOk = 0;
constexpr std::int32_t kUnavailable = 14;
constexpr std::int32_t CodeOf(std::uint16_t http_status) {
  switch (http_status) {
    case 400:
      return 3;  // INVALID_ARGUMENT
    case 401:
      return 16;  // UNAUTHENTICATED
    case 404:
      return 5;  // NOT_FOUND
    case 429:
      return 8;  // RESOURCE_EXHAUSTED
    default:
      return 7;  // PERMISSION_DENIED
  }
}

// Field numbers of CheckResponse.
constexpr std::uint32_t kDeniedResponse = 2;
constexpr std::uint32_t kOkResponse = 3;
constexpr std::uint32_t kErrorResponse = 5;

// Text fields must be UTF-8, or the reader refuses the message as a whole.
void AddText(Writer& writer, std::uint32_t field, std::string_view text, std::string& clean) {
  std::string_view rest = text;
  const std::optional<std::size_t> damage = base::FirstInvalidUtf8(text);
  if (!damage.has_value()) {
    writer.add_string(field, text.data(), text.size());
    return;
  }
  clean.clear();
  while (!rest.empty()) {
    const std::size_t valid = base::FirstInvalidUtf8(rest).value_or(rest.size());
    clean.append(rest.substr(0, valid));
    rest.remove_prefix(valid);
    if (rest.empty()) break;
    clean.push_back('!');
    rest.remove_prefix(1);
  }
  writer.add_string(field, clean.data(), clean.size());
}

// HeaderValueOption: header 1 (HeaderValue: key 1, value 2), append 2 (BoolValue), append_action 3.
void AddHeader(Writer& parent, std::uint32_t field, const NameValue& header) {
  constexpr std::int32_t kOverwriteIfExistsOrAdd = 2;
  Writer option(parent, field);
  {
    Writer value(option, 1);
    value.add_string(1, header.name.data(), header.name.size());
    value.add_string(2, header.value.data(), header.value.size());
  }
  option.add_message(2, "", 0);  // a BoolValue that is there and false
  option.add_enum(3, kOverwriteIfExistsOrAdd);
}

void AddList(Writer& value, std::span<const std::string_view> texts, std::string& clean) {
  if (texts.empty()) {
    value.add_message(6, "", 0);  // a nested writer would leave nothing
    return;
  }
  Writer list(value, 6);
  for (const std::string_view text : texts) {
    Writer member(list, 1);
    AddText(member, 3, text, clean);
  }
}

// CheckResponse.dynamic_metadata 4 (Struct: fields 1, entries: key 1, value 2).
void AddMetadata(Writer& response, std::span<const MetadataEntry> metadata, std::string& clean) {
  if (metadata.empty()) return;
  Writer fields(response, 4);
  for (const MetadataEntry& entry : metadata) {
    const double* number = std::get_if<double>(&entry.value);
    if (number != nullptr && !std::isfinite(*number)) continue;
    Writer field(fields, 1);
    AddText(field, 1, entry.key, clean);
    Writer value(field, 2);
    if (number != nullptr) value.add_double(2, *number);
    if (const auto* text = std::get_if<std::string_view>(&entry.value)) AddText(value, 3, *text, clean);
    if (const auto* flag = std::get_if<bool>(&entry.value)) value.add_bool(4, *flag);
    if (const auto* list = std::get_if<std::span<const std::string_view>>(&entry.value)) {
      AddList(value, *list, clean);
    }
  }
}

void AddStatus(Writer& response, std::int32_t code) {
  if (code == kOk) {
    response.add_message(1, "", 0);
    return;
  }
  Writer status(response, 1);
  status.add_int32(1, code);
}

// A refusal; `field` says which one. What may not be sent is left out.
void AddRefusal(Writer& response, std::uint32_t field, const DenyAnswer& answer, std::string& clean) {
  const bool sendable = answer.status >= 300 && answer.status <= 599;
  const std::uint16_t status = sendable ? answer.status : std::uint16_t{403};
  AddStatus(response, field == kErrorResponse ? kUnavailable : CodeOf(status));
  {
    Writer denied(response, field);
    {
      Writer http_status(denied, 1);
      http_status.add_enum(1, status);
    }
    for (const NameValue& header : answer.headers) {
      if (base::MaySetHeader(header.name) && base::IsHeaderValue(header.value)) {
        AddHeader(denied, 2, header);
      }
    }
    if (!answer.body.empty()) AddText(denied, 3, answer.body, clean);
  }
  AddMetadata(response, answer.metadata, clean);
}

AllowFault CheckHeaders(std::span<const NameValue> headers) {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (!base::MaySetHeader(headers[i].name)) return AllowFault::kHeaderName;
    if (!base::IsHeaderValue(headers[i].value)) return AllowFault::kHeaderValue;
    for (std::size_t k = 0; k < i; ++k) {
      if (base::EqualFolded(headers[i].name, headers[k].name) && headers[i].value != headers[k].value) {
        return AllowFault::kHeaderTwice;
      }
    }
  }
  return AllowFault::kNone;
}

AllowFault CheckAllow(const AllowAnswer& answer) {
  for (const std::string_view name : answer.strip_headers) {
    if (!base::MayStripHeader(name)) return AllowFault::kHeaderName;
  }
  return CheckHeaders(answer.set_headers);
}

bool IsSet(std::span<const NameValue> headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [name](const NameValue& header) { return base::EqualFolded(header.name, name); });
}

}  // namespace

CheckAnswerWriter::Allowed CheckAnswerWriter::WriteAllow(const AllowAnswer& answer) {
  const AllowFault fault = CheckAllow(answer);
  if (fault != AllowFault::kNone) {
    return {WriteDeny({.status = 500, .metadata = answer.metadata}), fault};
  }
  bytes_.clear();
  Writer response(bytes_);
  AddStatus(response, kOk);
  {
    // headers 2, headers_to_remove 5.
    Writer ok(response, kOkResponse);
    for (const NameValue& header : answer.set_headers) AddHeader(ok, 2, header);
    for (const std::string_view name : answer.strip_headers) {
      // Envoy removes last: a name in both lists would be gone.
      if (!IsSet(answer.set_headers, name)) ok.add_string(5, name.data(), name.size());
    }
  }
  AddMetadata(response, answer.metadata, clean_);
  return {bytes_, AllowFault::kNone};
}

std::string_view CheckAnswerWriter::WriteDeny(const DenyAnswer& answer) {
  bytes_.clear();
  Writer response(bytes_);
  AddRefusal(response, kDeniedResponse, answer, clean_);
  return bytes_;
}

std::string_view CheckAnswerWriter::WriteFailure(const DenyAnswer& answer) {
  bytes_.clear();
  Writer response(bytes_);
  AddRefusal(response, kErrorResponse, answer, clean_);
  return bytes_;
}

}  // namespace ward::server
