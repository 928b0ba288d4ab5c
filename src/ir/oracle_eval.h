// ir: the oracle's evaluation of values, atoms and formulas for one request.
#ifndef WARD_SRC_IR_ORACLE_EVAL_H_
#define WARD_SRC_IR_ORACLE_EVAL_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ir/oracle.h"

namespace ward::ir {

[[nodiscard]] Truth TruthOf(bool value);
[[nodiscard]] Truth NotTruth(Truth truth);

// Zone tests are in doubt until `zone` is set: the `when` of a zone reads none.
class OracleEval {
 public:
  OracleEval(const Program& program, const OracleWorld& world, const OracleRequest& request)
      : program_(program), world_(world), request_(request) {}

  void SetZone(ZoneId zone) { zone_ = zone; }

  [[nodiscard]] MaybeDatum Value(ValueId id) const;
  [[nodiscard]] Truth Atom(AtomId id) const;
  [[nodiscard]] Truth Formula(NodeId id) const;
  // Every test of a formula in its order, each once.
  void Tests(NodeId id, std::vector<OracleTest>& tests) const;

 private:
  using Data = std::span<const Datum>;
  [[nodiscard]] MaybeDatum Lookup(const ir::Value& value) const;
  [[nodiscard]] Truth OnPresent(const ir::Atom& atom, Data args) const;
  [[nodiscard]] Truth OnText(const ir::Atom& atom, const std::string& text) const;
  [[nodiscard]] Truth InTable(TableId table, Data parts) const;
  [[nodiscard]] Truth WithinTree(TableId table, const Datum& node, const Datum& top) const;
  [[nodiscard]] bool WithinSchedule(const Schedule& schedule, std::int64_t unix_ns) const;
  // The row with that key, the longest prefix of a cidr key; nothing if there is none.
  [[nodiscard]] const std::vector<MaybeDatum>* Row(TableId table, Data parts) const;
  [[nodiscard]] Datum Constant(ConstantId id) const { return ConstantDatum(program_, id); }

  const Program& program_;
  const OracleWorld& world_;
  const OracleRequest& request_;
  ZoneId zone_;
};

// Whether an address lies in a prefix, bit by bit. Of different families: never.
[[nodiscard]] bool InPrefix(base::IpAddress address, const base::Cidr& prefix);

// `/a/b` -> {"a", "b"}; `/` -> {}.
[[nodiscard]] std::vector<std::string> PathSegments(std::string_view path);

}  // namespace ward::ir

#endif  // WARD_SRC_IR_ORACLE_EVAL_H_
