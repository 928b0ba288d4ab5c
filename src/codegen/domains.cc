#include "codegen/domains.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"
#include "codegen/pools.h"
#include "lookup/string_domain.h"

namespace ward::codegen {
namespace {

bool HasDomain(ValueType type) { return type == ValueType::kString || type == ValueType::kStringSet; }

}  // namespace

Domains::Domains(const ir::Program& program) : program_(program) {
  for (const ir::Enum& enumeration : program.enums) {
    std::vector<DomainText> texts;
    for (const std::string& value : enumeration.values) {
      texts.push_back({value, lookup::kOrdinalFirst + Size32(texts.size())});
    }
    enum_domains_.push_back(Add(texts));
  }
  for (const ir::Value& value : program.values) {
    if (!HasDomain(value.type)) continue;
    texts_[KeyOf(ir::ValueId::FromIndex(static_cast<std::size_t>(&value - program.values.data())))];
  }
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    if (HasDomain(program.inputs[i].type)) texts_[Size32(i)];
  }
  for (const ir::Atom& atom : program.atoms) {
    const bool compares = atom.op == ir::AtomOp::kIn || atom.op == ir::AtomOp::kHas;
    if (!compares || !HasDomain(program.values[atom.args[0].index()].type)) continue;
    std::vector<std::string>& texts = texts_[KeyOf(atom.args[0])];
    for (const ir::ConstantId id : atom.constants) {
      // `set is [..]` compares whole sets: no members.
      const ir::Constant& constant = program.constants[id.index()];
      if (constant.type == ValueType::kString) texts.push_back(constant.text);
    }
  }
  std::map<std::vector<std::string>, std::uint32_t> known;
  for (auto& [key, texts] : texts_) {
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    const auto found = known.find(texts);
    if (found != known.end()) {
      value_domains_[key] = found->second;
      continue;
    }
    std::vector<DomainText> numbered;
    for (const std::string& text : texts) numbered.push_back({text, lookup::kOrdinalFirst + Size32(numbered.size())});
    value_domains_[key] = known[texts] = Add(numbered);
  }
}

std::uint32_t Domains::KeyOf(ir::ValueId value) const {
  const ir::Value& node = program_.values[value.index()];
  if (node.op == ir::ValueOp::kInput) return node.input.value();
  return Size32(program_.inputs.size()) + value.value();
}

std::uint32_t Domains::OfKey(std::uint32_t key) const {
  const auto found = value_domains_.find(key);
  return found == value_domains_.end() ? kNone : found->second;
}

std::uint32_t Domains::Ordinal(ir::ValueId value, const std::string& text) const {
  const std::vector<std::string>& texts = texts_.at(KeyOf(value));
  const auto found = std::lower_bound(texts.begin(), texts.end(), text);
  WARD_CHECK(found != texts.end() && *found == text);
  return lookup::kOrdinalFirst + Size32(static_cast<std::size_t>(found - texts.begin()));
}

std::uint32_t Domains::Add(std::span<const DomainText> texts) {
  std::vector<lookup::StringDomainConstant> constants;
  for (const DomainText& text : texts) constants.push_back({text.text, text.ordinal});
  const Result<lookup::StringDomainData> built = lookup::BuildStringDomain(constants);
  WARD_CHECK(built.has_value());
  return Add(*built);
}

std::uint32_t Domains::Add(const lookup::StringDomainData& built) {
  std::uint32_t limit = lookup::kOrdinalFirst;
  for (const lookup::StringDomainEntry& entry : built.entries) limit = std::max(limit, entry.ordinal + 1);
  const bytecode::Range entries(Size32(entries_.size()), Size32(built.entries.size()));
  const bytecode::Range pilots(Size32(pilots_.size()), Size32(built.pilots.size()));
  const bytecode::Range tails(Size32(tails_.size()), Size32(built.tails.size()));
  for (const lookup::StringDomainEntry& entry : built.entries) {
    entries_.emplace_back(entry.low, entry.high, entry.length, entry.ordinal, entry.tail, entry.reserved);
  }
  pilots_.insert(pilots_.end(), built.pilots.begin(), built.pilots.end());
  tails_.insert(tails_.end(), built.tails.begin(), built.tails.end());
  domains_.emplace_back(built.seed, entries, pilots, tails, limit, 0U);
  return Size32(domains_.size() - 1);
}

}  // namespace ward::codegen
