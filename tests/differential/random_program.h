// tests: seeded random programs, straight as ir::Program: no text, parser or checker between a seed
// and a program.
//
// One fixed schema (attributes, enums, tables, so that requests can be made for every program) and
// everything else random: parameters, zones, operations and their routes, rules with formulas over
// all atoms, obligations. Whatever the language forbids (two routes that match the same, headers
// that collide) is not generated.
#ifndef WARD_TESTS_DIFFERENTIAL_RANDOM_PROGRAM_H_
#define WARD_TESTS_DIFFERENTIAL_RANDOM_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "differential/dice.h"
#include "ir/builder.h"
#include "ir/datum.h"
#include "ir/oracle.h"
#include "ir/waive.h"

namespace ward::differential {

struct ProgramShape {
  std::size_t rules_max = 40;
  // Many rules of one pattern (`x is c and ...`), as big policies have them: exercises splits and
  // shared leaves.
  bool keyed = false;
  // `is present` and `or else`: without them hiding an attribute never opens a door.
  bool looks_at_absence = true;
};

// What values of one type are drawn from, in constants, tables and requests alike, so that tests
// often meet.
struct Pools {
  std::vector<std::string> texts;
  std::vector<std::int64_t> ints;
  std::vector<std::int64_t> durations_ns;   // whole seconds
  std::vector<std::int64_t> timestamps_ns;  // whole seconds
  std::vector<std::int64_t> clocks;
  std::vector<std::int64_t> sizes;
  std::vector<std::string> addresses;
  std::vector<std::string> prefixes;
  std::vector<std::string> paths;  // patterns too, for constants
  std::vector<std::string> nodes;  // of the tree
};

[[nodiscard]] const Pools& ThePools();

class RandomProgram {
 public:
  RandomProgram(std::uint64_t seed, ProgramShape shape);

  [[nodiscard]] const ir::Program& program() const { return program_; }

  // Random content for the live tables (some stay unloaded) beside what the program says.
  [[nodiscard]] ir::OracleWorld RandomWorld(Dice& dice) const;

 private:
  // schema
  ir::EnumId AddEnum(std::string name, std::vector<std::string> values, bool ordered);
  void AddInput(std::string name, AttributeSource source, std::vector<std::string> path, ValueType type,
                ir::EnumId enumeration = ir::EnumId::kNone);
  void AddSchema();
  void AddTables();
  void AddStaticRows();
  void AddParameters();
  void AddSchedules();
  // places
  void AddOperations();
  void AddRoute(ir::Operation& operation);
  void AddZones();
  // values and formulas (random_formula.cc)
  ir::ConstantId RandomConstant(ValueType type, ir::EnumId enumeration);
  ir::ConstantId RandomSet(ValueType type, ir::EnumId enumeration);
  ir::ValueId RandomValue(ValueType type, ir::EnumId enumeration, int depth);
  ir::ValueId RandomLookup(ValueType type, ir::EnumId enumeration, int depth);
  ir::ValueId RandomComputed(ValueType type, ir::EnumId enumeration, int depth);
  ir::ValueId RandomOperand(ir::ValueId left);
  ir::AtomId RandomAtom();
  ir::Atom ScalarAtom();
  ir::Atom OrderAtom();
  ir::Atom SetAtom();
  ir::Atom TextAtom();
  ir::Atom TableAtom();
  ir::Atom PlaceAtom();
  ir::NodeId RandomTest(ir::Clause clause);
  ir::NodeId WideFormula(ir::Clause clause);
  ir::NodeId RandomFormula(ir::Clause clause, int depth);
  ir::NodeId ZoneCondition();
  [[nodiscard]] bool ReadsIdentity(ir::ValueId value) const;
  // rules (random_rules.cc)
  void AddRules();
  ir::Rule RandomRule(std::size_t number);
  ir::Rule ZoneRequirement(std::size_t number);
  std::vector<ir::NodeId> KeyedParts(const ir::Rule& rule);
  ir::Obligations RandomObligations();
  ir::OperationSetId RandomOperations();

  template <typename Id, typename T>
  [[nodiscard]] Id PickId(const std::vector<T>& all) {
    return Id::FromIndex(dice_.Below(all.size()));
  }

  Dice dice_;
  ProgramShape shape_;
  ir::Builder builder_;
  ir::Program program_;
  // Headers that rules set: each name always with the same value, so that two never collide.
  std::map<std::string, ir::ValueId> header_values_;
  ir::EnumId scope_enum_;
  ir::EnumId role_enum_;
  ir::EnumId level_enum_;  // ordered
  ir::EnumId kind_enum_;
  ir::EnumId wide_enum_;  // sets of it take more than one word
  ir::EnumId zone_enum_;
  std::size_t zone_count_ = 0;
  ir::EnumId credential_enum_;
  std::vector<ir::NodeId> keyed_pattern_;
};

// A random datum of a type, of the pools or beside them. Enum sets may have dropped members.
[[nodiscard]] ir::Datum RandomDatum(Dice& dice, const ir::Program& program, ValueType type, ir::EnumId enumeration);

}  // namespace ward::differential

#endif  // WARD_TESTS_DIFFERENTIAL_RANDOM_PROGRAM_H_
