#include "differential/random_request.h"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "differential/random_program.h"
#include "ir/oracle_eval.h"

namespace ward::differential {
namespace {

using ir::InputId;
using ir::OperationId;
using ir::PathSegment;

std::string SegmentText(Dice& dice, const PathSegment& segment) {
  // The last do not fit, or are no int for their sign.
  const std::vector<std::string> texts = {
      "a", "b", "c", "orders", "x", "acme", "17", "-0", "00042", "-9223372036854775808", "9223372036854775808", "+5"};
  if (segment.kind == PathSegment::Kind::kLiteral) return segment.text;
  if (segment.kind == PathSegment::Kind::kParameter && segment.type == ValueType::kInt) {
    if (dice.Percent(15)) return dice.Pick(texts);
    return std::to_string(static_cast<std::int64_t>(dice.Below(60)) - 10);
  }
  return dice.Pick(texts);
}

void ChooseRoute(Dice& dice, const ir::Program& program, RandomRequest& request) {
  const ir::Operation& wanted = program.operations[dice.Below(program.operations.size())];
  request.by_route = true;
  request.method = dice.Percent(95) ? wanted.method : "PUT";
  request.host = wanted.hosts.empty() ? "any.example.net" : dice.Pick(wanted.hosts);
  if (request.host.substr(0, 2) == "*.") request.host = (dice.Percent(70) ? "eu" : "x.eu") + request.host.substr(1);
  for (const PathSegment& segment : wanted.route) {
    if (segment.kind == PathSegment::Kind::kRest) {
      for (std::size_t i = dice.Below(3); i > 0; --i) request.path += "/" + SegmentText(dice, segment);
    } else {
      request.path += "/" + SegmentText(dice, segment);
    }
  }
  if (dice.Percent(5)) request.path += "/more";
  if (request.path.empty()) request.path = "/";
}

ir::MaybeDatum SegmentDatum(const PathSegment& segment, const std::string& text) {
  if (segment.type == ValueType::kString) return ir::TextDatum(text);
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return ir::NumberDatum(ValueType::kInt, number);
}

// What a route fills: the path, and the parameters of the operation that it means.
void FillFromRoute(const ir::Program& program, RandomRequest& request) {
  std::vector<ir::MaybeDatum>& inputs = request.asked.inputs;
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    if (program.inputs[i].source == AttributeSource::kPathParameter) inputs[i].reset();
    if (program.inputs[i].source == AttributeSource::kPath) inputs[i] = ir::TextDatum(request.path);
  }
  if (!request.asked.operation.has_value()) return;
  const ir::Operation& operation = program.operations[request.asked.operation.index()];
  const std::vector<std::string> path = ir::PathSegments(request.path);
  std::size_t parameter = 0;
  for (std::size_t i = 0; i < operation.route.size(); ++i) {
    if (operation.route[i].kind != PathSegment::Kind::kParameter) continue;
    const InputId input = operation.parameters[parameter++];
    inputs[input.index()] = SegmentDatum(operation.route[i], path[i]);
  }
}

}  // namespace

std::int64_t OffsetOf(std::string_view timezone, std::int64_t unix_seconds) {
  if (timezone == "UTC") return 0;
  static std::string current;
  if (current != timezone) {
    current = timezone;
    ::setenv("TZ", current.c_str(), 1);
    ::tzset();
  }
  const std::time_t time = unix_seconds;
  std::tm local{};
  WARD_CHECK(::localtime_r(&time, &local) != nullptr);
  return local.tm_gmtoff;
}

RandomRequest MakeRandomRequest(Dice& dice, const ir::Program& program, const ir::Oracle& oracle) {
  const std::vector<std::size_t> chances = {0, 5, 15, 50};
  const std::size_t hidden = dice.Pick(chances);
  const bool absent = dice.Percent(10);
  RandomRequest request;
  for (const ir::Input& input : program.inputs) {
    ir::MaybeDatum& value = request.asked.inputs.emplace_back();
    const bool always = input.source == AttributeSource::kNow || input.source == AttributeSource::kCredential;
    request.ill_typed.push_back(!always && hidden > 0 && dice.Percent(30));
    if (!always && dice.Percent(hidden)) continue;
    value = RandomDatum(dice, program, input.type, input.enumeration);
    // A failed credential is refused before any rule: 0 absent, 2 valid.
    if (input.source == AttributeSource::kCredential) value->number = absent ? 0 : 2;
    if (input.source == AttributeSource::kSourceIp) request.asked.source_ip = value->cidr.network;
    const bool is_key = input.name == "token.tenant" || input.name == "context.owner";
    if (is_key && dice.Percent(50)) value->text = "key-" + std::to_string(dice.Below(64));
    if (input.source == AttributeSource::kPath) value.reset();
  }
  // Claims are verified or they are not there.
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    if (absent && program.inputs[i].source == AttributeSource::kToken) request.asked.inputs[i].reset();
  }
  if (dice.Percent(60)) {
    ChooseRoute(dice, program, request);
    request.asked.operation = oracle.FindOperation(request.method, request.host, request.path);
    FillFromRoute(program, request);
  } else {
    request.asked.operation = OperationId::FromIndex(dice.Below(program.operations.size()));
  }
  return request;
}

}  // namespace ward::differential
