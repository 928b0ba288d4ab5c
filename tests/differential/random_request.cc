#include "differential/random_request.h"

#include <charconv>
#include <string_view>
#include <vector>

#include "differential/random_program.h"
#include "ir/oracle_eval.h"

namespace ward::differential {
namespace {

using ir::InputId;
using ir::OperationId;
using ir::PathSegment;

constexpr std::int64_t kDaySeconds = 86'400;

// Days since 1970-01-01 of a day of the proleptic Gregorian calendar, counted year by year.
std::int64_t DaysTo(int year, int month, int day) {
  const auto leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  const std::vector<int> lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t days = 0;
  for (int y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
  for (int m = 1; m < month; ++m) days += lengths[static_cast<std::size_t>(m - 1)] + (m == 2 && leap(year) ? 1 : 0);
  return days + day - 1;
}

// Unix seconds of 01:00 UTC on the last Sunday of March or October, which both have 31 days.
std::int64_t LastSunday(int year, int month) {
  const std::int64_t last = DaysTo(year, month, 31);
  const std::int64_t weekday = (last + 3) % 7;  // 0 = Monday
  return (last - (weekday + 1) % 7) * kDaySeconds + 3600;
}

std::string SegmentText(Dice& dice, const PathSegment& segment) {
  const std::vector<std::string> texts = {"a", "b", "c", "orders", "x", "acme"};
  if (segment.kind == PathSegment::Kind::kLiteral) return segment.text;
  if (segment.kind == PathSegment::Kind::kParameter && segment.type == ValueType::kInt) {
    return std::to_string(static_cast<std::int64_t>(dice.Below(60)) - 10);
  }
  return dice.Pick(texts);
}

void ChooseRoute(Dice& dice, const ir::Program& program, RandomRequest& request) {
  const ir::Operation& wanted = program.operations[dice.Below(program.operations.size())];
  request.by_route = true;
  request.method = dice.Percent(95) ? wanted.method : "PUT";
  request.host = wanted.hosts.empty() ? "any.example.net" : dice.Pick(wanted.hosts);
  if (request.host.substr(0, 2) == "*.") request.host = "eu" + request.host.substr(1);
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

std::int64_t EuropeanOffset(std::string_view timezone, std::int64_t unix_seconds) {
  if (timezone == "UTC") return 0;
  int year = 1996;
  while (DaysTo(year + 1, 1, 1) * kDaySeconds <= unix_seconds) ++year;
  const bool summer = LastSunday(year, 3) <= unix_seconds && unix_seconds < LastSunday(year, 10);
  return summer ? 7200 : 3600;
}

RandomRequest MakeRandomRequest(Dice& dice, const ir::Program& program, const ir::Oracle& oracle) {
  const std::vector<std::size_t> chances = {0, 5, 15, 50};
  const std::size_t hidden = dice.Pick(chances);
  const bool absent = dice.Percent(10);
  RandomRequest request;
  for (const ir::Input& input : program.inputs) {
    ir::MaybeDatum& value = request.asked.inputs.emplace_back();
    const bool always = input.source == AttributeSource::kNow || input.source == AttributeSource::kCredential;
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
