// Random values, atoms and formulas. Every operator of ir.h is reached; operands have the types
// they need.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "differential/random_program.h"

namespace ward::differential {
namespace {

using ir::Atom;
using ir::AtomOp;
using ir::Clause;
using ir::ConstantId;
using ir::EnumId;
using ir::InputId;
using ir::NodeId;
using ir::Value;
using ir::ValueId;
using ir::ValueOp;

constexpr int kDepthMax = 3;

bool IsSet(ValueType type) { return type == ValueType::kEnumSet || type == ValueType::kStringSet; }

}  // namespace

ConstantId RandomProgram::RandomConstant(ValueType type, EnumId enumeration) {
  if (IsSet(type)) return RandomSet(type, enumeration);
  const ir::Datum datum = RandomDatum(dice_, builder_.program(), type, enumeration);
  ir::Constant constant;
  constant.type = type;
  constant.number = datum.number;
  constant.text = datum.text;
  constant.cidr = datum.cidr;
  constant.enumeration = enumeration;
  return builder_.Add(std::move(constant));
}

ConstantId RandomProgram::RandomSet(ValueType type, EnumId enumeration) {
  const ValueType member = type == ValueType::kEnumSet ? ValueType::kEnum : ValueType::kString;
  ir::Constant set;
  set.type = type;
  set.enumeration = enumeration;
  for (std::size_t i = dice_.Below(4); i > 0; --i) set.items.push_back(RandomConstant(member, enumeration));
  return builder_.Add(std::move(set));
}

// A value that is no constant, if there is one of the type.
ValueId RandomProgram::RandomValue(ValueType type, EnumId enumeration, int depth) {
  if (depth < kDepthMax && dice_.Percent(20)) {
    const ValueId found = RandomLookup(type, enumeration, depth + 1);
    if (found.has_value()) return found;
  }
  if (depth < kDepthMax && dice_.Percent(15)) {
    const ValueId found = RandomComputed(type, enumeration, depth + 1);
    if (found.has_value()) return found;
  }
  const std::vector<ir::Input>& inputs = builder_.program().inputs;
  std::vector<InputId> fitting;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].type == type && inputs[i].enumeration == enumeration) fitting.push_back(InputId::FromIndex(i));
  }
  if (fitting.empty()) return builder_.AddConstant(RandomConstant(type, enumeration));
  return builder_.AddInput(dice_.Pick(fitting));
}

ValueId RandomProgram::RandomLookup(ValueType type, EnumId enumeration, int depth) {
  const std::vector<ir::Table>& tables = builder_.program().tables;
  const std::size_t table = dice_.Below(tables.size());
  std::vector<std::uint32_t> fitting;
  for (std::size_t i = 0; i < tables[table].columns.size(); ++i) {
    const ir::Column& column = tables[table].columns[i];
    if (column.type == type && column.enumeration == enumeration) fitting.push_back(static_cast<std::uint32_t>(i));
  }
  if (fitting.empty()) return ValueId::kNone;
  Value value;
  value.op = ValueOp::kLookup;
  value.type = type;
  value.enumeration = enumeration;
  value.table = ir::TableId::FromIndex(table);
  value.column = dice_.Pick(fitting);
  for (std::size_t i = 0; tables[table].columns.size() > i && tables[table].columns[i].key; ++i) {
    const ir::Column& key = builder_.program().tables[table].columns[i];
    const ValueType part = key.type == ValueType::kCidr ? ValueType::kIp : key.type;
    value.args.push_back(RandomValue(part, key.enumeration, depth));
  }
  return builder_.Add(std::move(value));
}

ValueId RandomProgram::RandomComputed(ValueType type, EnumId enumeration, int depth) {
  Value value;
  value.type = type;
  value.enumeration = enumeration;
  if (enumeration == zone_enum_ && zone_count_ > 0 && dice_.Percent(50)) {
    value.op = ValueOp::kZone;
    return builder_.Add(std::move(value));
  }
  if (type == ValueType::kString && dice_.Percent(10)) {
    value.op = ValueOp::kOperation;
    return builder_.Add(std::move(value));
  }
  const std::size_t choice = dice_.Below(3);
  if (choice == 0 && shape_.looks_at_absence) {
    value.op = ValueOp::kOrElse;
    value.args = {RandomValue(type, enumeration, depth), builder_.AddConstant(RandomConstant(type, enumeration))};
    if (dice_.Percent(30)) value.args[1] = RandomValue(type, enumeration, depth);
    if (builder_.program().values[value.args[0].index()].op == ValueOp::kConstant) return value.args[0];
    return builder_.Add(std::move(value));
  }
  if (choice == 1) {
    const std::vector<ir::Parameter>& parameters = builder_.program().parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].type != type || parameters[i].enumeration != enumeration) continue;
      value.op = ValueOp::kParameter;
      value.parameter = ir::ParameterId::FromIndex(i);
      return builder_.Add(std::move(value));
    }
    return ValueId::kNone;
  }
  value.op = dice_.Percent(50) ? ValueOp::kAdd : ValueOp::kSubtract;
  const EnumId none;
  if (type == ValueType::kInt) {
    value.args = {RandomValue(type, none, depth), RandomValue(type, none, depth)};
  } else if (type == ValueType::kTimestamp) {
    value.args = {RandomValue(type, none, depth), RandomValue(ValueType::kDuration, none, depth)};
  } else if (type == ValueType::kDuration && dice_.Percent(50)) {
    value.op = ValueOp::kSubtract;
    value.args = {RandomValue(ValueType::kTimestamp, none, depth), RandomValue(ValueType::kTimestamp, none, depth)};
  } else if (type == ValueType::kDuration || type == ValueType::kSize) {
    value.args = {RandomValue(type, none, depth), RandomValue(type, none, depth)};
  } else {
    return ValueId::kNone;
  }
  return builder_.Add(std::move(value));
}

// Something that `left` can be compared with, no constant.
ValueId RandomProgram::RandomOperand(ValueId left) {
  const Value value = builder_.program().values[left.index()];
  return RandomValue(value.type, value.enumeration, 1);
}

bool RandomProgram::ReadsIdentity(ValueId id) const {
  const Value& value = builder_.program().values[id.index()];
  if (value.op == ValueOp::kInput) {
    const AttributeSource source = builder_.program().inputs[value.input.index()].source;
    return source == AttributeSource::kToken || source == AttributeSource::kSubject ||
           source == AttributeSource::kCredential;
  }
  return std::any_of(value.args.begin(), value.args.end(), [this](ValueId arg) { return ReadsIdentity(arg); });
}

// ---- atoms

Atom RandomProgram::ScalarAtom() {
  struct Choice {
    ValueType type;
    EnumId enumeration;
  };
  const std::vector<Choice> choices = {{ValueType::kString, EnumId::kNone},    {ValueType::kString, EnumId::kNone},
                                       {ValueType::kEnum, kind_enum_},         {ValueType::kEnum, level_enum_},
                                       {ValueType::kEnum, scope_enum_},        {ValueType::kInt, EnumId::kNone},
                                       {ValueType::kDuration, EnumId::kNone},  {ValueType::kIp, EnumId::kNone},
                                       {ValueType::kTimestamp, EnumId::kNone}, {ValueType::kClock, EnumId::kNone},
                                       {ValueType::kBool, EnumId::kNone},      {ValueType::kEnum, credential_enum_},
                                       {ValueType::kEnum, zone_enum_},         {ValueType::kEnum, wide_enum_},
                                       {ValueType::kCidr, EnumId::kNone},      {ValueType::kSize, EnumId::kNone}};
  const Choice choice = dice_.Pick(choices);
  Atom atom;
  atom.args = {RandomValue(choice.type, choice.enumeration, 0)};
  if (choice.type == ValueType::kBool) {
    atom.op = AtomOp::kIsTrue;
  } else if (choice.type == ValueType::kIp && dice_.Percent(70)) {
    atom.op = AtomOp::kInPrefixes;
    for (std::size_t i = dice_.Between(1, 3); i > 0; --i) {
      atom.constants.push_back(RandomConstant(ValueType::kCidr, EnumId::kNone));
    }
  } else if (dice_.Percent(25)) {
    atom.op = AtomOp::kEqual;
    atom.args.push_back(RandomOperand(atom.args[0]));
  } else {
    atom.op = AtomOp::kIn;
    const std::size_t count = dice_.Percent(60) ? 1 : dice_.Below(4);
    for (std::size_t i = 0; i < count; ++i) {
      atom.constants.push_back(RandomConstant(choice.type, choice.enumeration));
    }
  }
  return atom;
}

Atom RandomProgram::OrderAtom() {
  const std::vector<ValueType> types = {ValueType::kInt,   ValueType::kDuration, ValueType::kTimestamp,
                                        ValueType::kClock, ValueType::kSize,     ValueType::kEnum};
  const ValueType type = dice_.Pick(types);
  const EnumId enumeration = type == ValueType::kEnum ? level_enum_ : EnumId::kNone;
  Atom atom;
  atom.args = {RandomValue(type, enumeration, 0)};
  if (dice_.Percent(30)) {
    atom.op = dice_.Percent(50) ? AtomOp::kLess : AtomOp::kLessOrEqual;
    atom.args.push_back(RandomOperand(atom.args[0]));
    return atom;
  }
  atom.op = AtomOp::kRange;
  const auto end = [&] { return RandomDatum(dice_, builder_.program(), type, enumeration).number; };
  const std::size_t choice = dice_.Below(4);
  if (choice != 0) atom.low = end();
  if (choice != 1) atom.high = end();
  return atom;
}

Atom RandomProgram::SetAtom() {
  const bool strings = dice_.Percent(35);
  const ValueType type = strings ? ValueType::kStringSet : ValueType::kEnumSet;
  const ValueType member = strings ? ValueType::kString : ValueType::kEnum;
  const std::vector<EnumId> enums = {scope_enum_, scope_enum_, role_enum_, wide_enum_};
  const EnumId enumeration = strings ? EnumId::kNone : dice_.Pick(enums);
  Atom atom;
  atom.args = {RandomValue(type, enumeration, 0)};
  switch (dice_.Below(8)) {
    case 0:
      atom.op = AtomOp::kIn;
      for (std::size_t i = dice_.Between(1, 2); i > 0; --i) atom.constants.push_back(RandomSet(type, enumeration));
      break;
    case 1:
      atom.op = AtomOp::kEqual;
      atom.args.push_back(RandomOperand(atom.args[0]));
      break;
    case 2:
      atom.op = AtomOp::kHasValue;
      atom.args.push_back(RandomValue(member, enumeration, 1));
      break;
    case 3:
    case 4:
      atom.op = dice_.Percent(50) ? AtomOp::kHasAny : AtomOp::kHasAll;
      atom.args.push_back(dice_.Percent(30) ? builder_.AddConstant(RandomSet(type, enumeration))
                                            : RandomOperand(atom.args[0]));
      break;
    default:
      atom.op = AtomOp::kHas;
      atom.constants = {RandomConstant(member, enumeration)};
      break;
  }
  return atom;
}

Atom RandomProgram::TextAtom() {
  const Pools& pools = ThePools();
  Atom atom;
  atom.args = {RandomValue(ValueType::kString, EnumId::kNone, 0)};
  const std::vector<std::string> parts = {"a",     "acme", "CN=", "CN=Mesh CA", "a-name-of-more-than-six",
                                          "bytes", "1",    ""};
  const std::vector<std::string> globs = {"*", "a*",  "*a*",       "acme*eu", "t-*", "*-of-*-bytes", "ann",
                                          "",  "a*a", "acme*acme", "*a",      "**",  "a**e",         "*x*x*"};
  switch (dice_.Below(5)) {
    case 0:
    case 1:
      atom.op = dice_.Percent(50) ? AtomOp::kStartsWith : AtomOp::kEndsWith;
      for (std::size_t i = dice_.Between(1, 2); i > 0; --i) {
        atom.constants.push_back(builder_.AddText(dice_.Pick(parts)));
      }
      break;
    case 2:
      atom.op = AtomOp::kGlob;
      atom.constants = {builder_.AddText(dice_.Pick(globs))};
      break;
    default: {
      const std::vector<ir::Input>& inputs = builder_.program().inputs;
      const auto path = std::find_if(inputs.begin(), inputs.end(), [](const ir::Input& i) { return i.name == "path"; });
      atom.args = {builder_.AddInput(InputId::FromIndex(static_cast<std::size_t>(path - inputs.begin())))};
      std::string pattern = dice_.Pick(pools.paths);
      atom.op = dice_.Percent(50) ? AtomOp::kPathGlob : AtomOp::kUnder;
      if (atom.op == AtomOp::kUnder && pattern.find('*') != std::string::npos) pattern = "/a";
      atom.constants = {builder_.AddText(std::move(pattern))};
      break;
    }
  }
  return atom;
}

Atom RandomProgram::TableAtom() {
  const std::vector<ir::Table>& tables = builder_.program().tables;
  Atom atom;
  atom.table = PickId<ir::TableId>(tables);
  if (tables[atom.table.index()].tree && dice_.Percent(80)) {
    atom.op = AtomOp::kWithinTree;
    const ValueType node = dice_.Percent(50) ? ValueType::kString : ValueType::kStringSet;
    atom.args = {RandomValue(node, EnumId::kNone, 0)};
    const bool below_any = node == ValueType::kString && dice_.Percent(30);
    if (below_any) {
      atom.args.push_back(RandomValue(ValueType::kStringSet, EnumId::kNone, 1));
    } else if (dice_.Percent(60)) {
      atom.args.push_back(builder_.AddConstant(builder_.AddText(dice_.Pick(ThePools().nodes))));
    } else {
      atom.args.push_back(RandomValue(ValueType::kString, EnumId::kNone, 1));
    }
    return atom;
  }
  atom.op = AtomOp::kInTable;
  for (std::size_t i = 0; i < tables[atom.table.index()].columns.size(); ++i) {
    const ir::Column& key = tables[atom.table.index()].columns[i];
    if (!key.key) break;
    const ValueType part = key.type == ValueType::kCidr ? ValueType::kIp : key.type;
    atom.args.push_back(RandomValue(part, key.enumeration, 1));
  }
  return atom;
}

Atom RandomProgram::PlaceAtom() {
  const ir::Program& program = builder_.program();
  Atom atom;
  const std::size_t choice = dice_.Below(4);
  if (choice == 0 || (choice == 1 && program.zones.empty())) {
    atom.op = AtomOp::kOperationIn;
    atom.operations = RandomOperations();
  } else if (choice == 1) {
    atom.op = AtomOp::kZoneIn;
    for (std::size_t i = dice_.Between(1, 2); i > 0; --i) atom.zones.push_back(PickId<ir::ZoneId>(program.zones));
  } else if (choice == 2) {
    atom.op = AtomOp::kWithinSchedule;
    atom.args = {RandomValue(ValueType::kTimestamp, EnumId::kNone, 1)};
    atom.schedule = PickId<ir::ScheduleId>(program.schedules);
  } else if (shape_.looks_at_absence) {
    atom.op = AtomOp::kPresent;
    atom.args = {builder_.AddInput(PickId<InputId>(program.inputs))};
    if (dice_.Percent(10)) atom.args = {RandomValue(ValueType::kEnum, zone_enum_, 0)};
    if (dice_.Percent(30)) {
      const ir::Input& like = dice_.Pick(program.inputs);
      atom.args = {RandomValue(like.type, like.enumeration, 0)};
    }
  } else {
    return ScalarAtom();
  }
  return atom;
}

ir::AtomId RandomProgram::RandomAtom() {
  switch (dice_.Below(10)) {
    case 0:
    case 1:
      return builder_.Add(OrderAtom());
    case 2:
    case 3:
      return builder_.Add(SetAtom());
    case 4:
      return builder_.Add(TextAtom());
    case 5:
      return builder_.Add(TableAtom());
    case 6:
      return builder_.Add(PlaceAtom());
    default:
      return builder_.Add(ScalarAtom());
  }
}

// ---- formulas

NodeId RandomProgram::RandomTest(Clause clause) {
  ir::Test test;
  test.atom = RandomAtom();
  const Atom& atom = builder_.program().atoms[test.atom.index()];
  test.identity = std::any_of(atom.args.begin(), atom.args.end(), [this](ValueId arg) { return ReadsIdentity(arg); });
  test.negated = dice_.Percent(35);
  test.written_negated = dice_.Percent(20);
  test.clause = clause;
  const ir::TestId id = builder_.Add(test);
  if (dice_.Percent(2)) return dice_.Percent(50) ? builder_.AddTrue(id) : builder_.AddFalse(id);
  return builder_.AddTest(id);
}

// Too many terms for a product of them, or for one leaf.
NodeId RandomProgram::WideFormula(Clause clause) {
  const bool product = dice_.Percent(50);
  std::vector<NodeId> parts;
  for (std::size_t i = 0; i < (product ? 4U : 1U); ++i) {
    std::vector<NodeId> tests;
    for (std::size_t k = product ? 4 : 70; k > 0; --k) tests.push_back(RandomTest(clause));
    parts.push_back(builder_.AddOr(tests));
  }
  return builder_.AddAnd(parts);
}

NodeId RandomProgram::RandomFormula(Clause clause, int depth) {
  if (depth == 0 || dice_.Percent(45)) return RandomTest(clause);
  std::vector<NodeId> parts;
  for (std::size_t i = dice_.Between(2, 3); i > 0; --i) parts.push_back(RandomFormula(clause, depth - 1));
  return dice_.Percent(55) ? builder_.AddAnd(parts) : builder_.AddOr(parts);
}

// Reads the connection and the source only, as the language wants it of a zone.
NodeId RandomProgram::ZoneCondition() {
  const std::vector<ir::Input>& inputs = builder_.program().inputs;
  const auto input = [&](std::string_view name) {
    const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const ir::Input& i) { return i.name == name; });
    return builder_.AddInput(InputId::FromIndex(static_cast<std::size_t>(found - inputs.begin())));
  };
  std::vector<NodeId> parts;
  for (std::size_t i = dice_.Between(1, 2); i > 0; --i) {
    Atom atom;
    const std::size_t choice = dice_.Below(5);
    if (choice == 4) {
      atom.op = AtomOp::kEqual;
      atom.args = {input("source.peer"), input("source.ip")};
    } else if (choice == 0) {
      atom.op = AtomOp::kInPrefixes;
      atom.args = {input(dice_.Percent(50) ? "source.peer" : "source.ip")};
      atom.constants = {RandomConstant(ValueType::kCidr, EnumId::kNone)};
    } else if (choice == 1 && shape_.looks_at_absence) {
      atom.op = AtomOp::kPresent;
      atom.args = {input("connection.client-cert.issuer")};
    } else {
      atom.op = choice == 2 ? AtomOp::kStartsWith : AtomOp::kIn;
      atom.args = {input("connection.client-cert.issuer")};
      atom.constants = {builder_.AddText("CN=Mesh CA")};
    }
    ir::Test test;
    test.atom = builder_.Add(std::move(atom));
    test.negated = dice_.Percent(30);
    parts.push_back(builder_.AddTest(builder_.Add(test)));
  }
  return dice_.Percent(50) ? builder_.AddAnd(parts) : builder_.AddOr(parts);
}

}  // namespace ward::differential
