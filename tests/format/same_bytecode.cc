#include <fmt/format.h>

#include <cstdint>
#include <cstring>

#include "base/check.h"
#include "bytecode/dump.h"
#include "bytecode/load.h"
#include "format/same_meaning.h"

namespace ward::formatting {
namespace {

template <typename T>
void Append(std::string& text, std::string_view name, std::span<const T> values) {
  text += fmt::format("{} {}:", name, values.size());
  const std::span<const std::byte> bytes = std::as_bytes(values);
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  text += '\n';
}

// The vectors that a decision reads and that hold no texts.
std::string Deciding(const bytecode::Image& image) {
  std::string text;
  Append(text, "slots", image.slots);
  Append(text, "code", image.code);
  Append(text, "steps", image.steps);
  Append(text, "operands", image.operands);
  Append(text, "prefixes", image.prefixes);
  Append(text, "words", image.words);
  Append(text, "rows", image.rows);
  Append(text, "leaves", image.leaves);
  Append(text, "branches", image.branches);
  Append(text, "children", image.children);
  Append(text, "keys", image.keys);
  Append(text, "cuts", image.cuts);
  Append(text, "rule_refs", image.rule_refs);
  Append(text, "groups", image.groups);
  Append(text, "program_groups", image.program_groups);
  Append(text, "programs", image.programs);
  Append(text, "operation_rows", image.operation_rows);
  Append(text, "domains", image.domains);
  Append(text, "domain_entries", image.domain_entries);
  Append(text, "domain_pilots", image.domain_pilots);
  Append(text, "domain_tails", image.domain_tails);
  Append(text, "chains", image.chains);
  Append(text, "chain_zones", image.chain_zones);
  Append(text, "chain_states", image.chain_states);
  Append(text, "zone_states", image.zone_states);
  Append(text, "state_zones", image.state_zones);
  Append(text, "route_parameters", image.route_parameters);
  Append(text, "operation_sets", image.operation_sets);
  Append(text, "set_operations", image.set_operations);
  Append(text, "action_operations", image.action_operations);
  Append(text, "cells", image.cells);
  Append(text, "schedule_spans", image.schedule_spans);
  Append(text, "transitions", image.transitions);
  Append(text, "formula_steps", image.formula_steps);
  return text;
}

// `ward dump` line by line, cut where a place begins; the words of tests go with it.
std::string Shown(const bytecode::Image& image) {
  const std::string dump = bytecode::Dump(image);
  std::string text;
  bool in_tests = false;
  for (std::size_t at = 0; at < dump.size();) {
    const std::size_t end = std::min(dump.find('\n', at), dump.size());
    std::string_view line = std::string_view(dump).substr(at, end - at);
    at = end + 1;
    // The words of a test may have line breaks.
    if (line == "tests" || line == "replies") in_tests = line == "tests";
    if (in_tests || line.starts_with("sources ") || line.starts_with("format ")) continue;
    const std::size_t place = line.rfind("  ");
    if (place != std::string_view::npos && line.find(".ward:", place) != std::string_view::npos) {
      line = line.substr(0, place);
    }
    text += line;
    text += '\n';
  }
  return text;
}

// Of tests, all but their words and places: which instruction, where in the rule, which truth the formula wants.
std::string TestsOf(const bytecode::Image& image) {
  std::string text;
  for (const bytecode::Test& test : image.tests) {
    text += fmt::format("test {} clause {} negated {}\n", test.instruction(), static_cast<int>(test.clause()),
                        test.negated());
  }
  return text;
}

}  // namespace

std::string WithoutPlaces(std::span<const std::byte> bytecode) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(bytecode.data());
  const Result<bytecode::Image> image = bytecode::Load({bytes, bytecode.size()});
  WARD_CHECK(image.has_value());
  return Deciding(*image) + TestsOf(*image) + Shown(*image);
}

}  // namespace ward::formatting
