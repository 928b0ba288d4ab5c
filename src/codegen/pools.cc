#include "codegen/pools.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace ward::codegen {

Pools::Pools(const ir::Program& program, const base::SourceMap& sources)
    : program_(program),
      sources_(sources),
      file_numbers_(sources.count(), kNone),
      constant_numbers_(program.constants.size(), kNone) {}

bytecode::Text Pools::Text(std::string_view text) {
  if (text.empty()) return {0, 0};
  const auto [found, fresh] = text_places_.try_emplace(std::string(text));
  if (fresh) {
    found->second = {Size32(text_.size()), Size32(text.size())};
    text_ += text;
  }
  return found->second;
}

bytecode::Range Pools::Texts(std::span<const std::string> list) {
  if (list.empty()) return {0, 0};
  std::string key;
  std::vector<bytecode::Text> refs;
  for (const std::string& item : list) {
    refs.push_back(Text(item));
    key += std::to_string(refs.back().offset()) + ":" + std::to_string(refs.back().size()) + ",";
  }
  const auto [found, fresh] = text_lists_.try_emplace(key, Size32(texts_.size()), Size32(refs.size()));
  if (fresh) texts_.insert(texts_.end(), refs.begin(), refs.end());
  return found->second;
}

bytecode::Place Pools::Place(base::Span span) {
  if (!span.file.has_value() || span.file.index() >= sources_.count()) return {kNone, 0, 0};
  std::uint32_t& number = file_numbers_[span.file.index()];
  if (number == kNone) {
    number = Size32(files_.size());
    files_.push_back(Text(sources_.file(span.file).name()));
  }
  const base::Position position = sources_.Locate(span);
  return {number, position.line, position.column};
}

bytecode::Range Pools::Payload(const ir::Constant& constant) {
  switch (constant.type) {
    case ValueType::kString: {
      const bytecode::Text text = Text(constant.text);
      return {text.offset(), text.size()};
    }
    case ValueType::kIp:
    case ValueType::kCidr:
      prefixes_.emplace_back(constant.cidr.network.high(), constant.cidr.network.low(),
                             static_cast<std::uint32_t>(constant.cidr.length), 0U);
      return {Size32(prefixes_.size() - 1), 1};
    case ValueType::kEnumSet: {
      std::vector<std::uint32_t> values;
      for (const ir::ConstantId item : constant.items) {
        values.push_back(static_cast<std::uint32_t>(program_.constants[item.index()].number));
      }
      std::sort(values.begin(), values.end());
      return Operands(values);
    }
    case ValueType::kStringSet: {
      std::vector<ir::ConstantId> items = constant.items;
      std::sort(items.begin(), items.end(), [&](ir::ConstantId a, ir::ConstantId b) {
        return program_.constants[a.index()].text < program_.constants[b.index()].text;
      });
      std::vector<std::uint32_t> members;
      members.reserve(items.size());
      for (const ir::ConstantId item : items) members.push_back(Constant(item));
      return Operands(members);
    }
    case ValueType::kBool:
    case ValueType::kInt:
    case ValueType::kDuration:
    case ValueType::kTimestamp:
    case ValueType::kClock:
    case ValueType::kSize:
    case ValueType::kEnum:
      break;
  }
  return {0, 0};
}

std::uint32_t Pools::Constant(ir::ConstantId id) {
  if (constant_numbers_[id.index()] != kNone) return constant_numbers_[id.index()];
  const ir::Constant& constant = program_.constants[id.index()];
  // Members of a set constant are made first, so they have smaller numbers.
  const bytecode::Range payload = Payload(constant);
  const std::uint32_t number = Size32(constants_.size());
  constants_.emplace_back(constant.number, payload, static_cast<std::uint8_t>(constant.type), std::uint8_t{0},
                          std::uint16_t{0}, constant.enumeration.value());
  constant_numbers_[id.index()] = number;
  return number;
}

std::uint32_t Pools::Number(ward::ValueType type, ir::EnumId enumeration, std::int64_t number) {
  const auto [found, fresh] =
      number_constants_.try_emplace({type, enumeration.value(), number}, Size32(constants_.size()));
  if (fresh) {
    constants_.emplace_back(number, bytecode::Range(0, 0), static_cast<std::uint8_t>(type), std::uint8_t{0},
                            std::uint16_t{0}, enumeration.value());
  }
  return found->second;
}

std::uint32_t Pools::PrefixSet(const std::vector<ir::ConstantId>& list) {
  const auto [found, fresh] = prefix_set_numbers_.try_emplace(list, Size32(prefix_sets_.size()));
  if (fresh) {
    std::vector<lookup::Prefix> prefixes;
    prefixes.reserve(list.size());
    for (const ir::ConstantId id : list) prefixes.push_back({program_.constants[id.index()].cidr, 1});
    Result<lookup::PrefixTableData> table = lookup::BuildPrefixTable(prefixes, lookup::PrefixAnswer::kLongest);
    // One value for all of them: there is nothing to refuse.
    WARD_CHECK(table.has_value());
    prefix_sets_.push_back(std::move(table).value());
  }
  return found->second;
}

}  // namespace ward::codegen
