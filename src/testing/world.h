// testing: the world of a test between two lines: what is bound, what live tables hold, what parameters say.
//
// It begins with every attribute missing, live tables loaded and empty, parameters as the bundle has them. What is
// bound later replaces what was bound before. One thread at a time; borrows from the Program.
#ifndef WARD_SRC_TESTING_WORLD_H_
#define WARD_SRC_TESTING_WORLD_H_

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "semantic/program.h"
#include "ward/engine.h"

namespace ward::testing {

// An attribute that has a value. `subject.roles` is what claims say, so it is bound as these.
struct BoundAttribute {
  semantic::AttributeId attribute;
  const semantic::Constant* value = nullptr;  // null: it is there, and has no value (`connection.client-cert`)
};

// One live table: cells as the compiled table has its columns, the key's first.
struct TableContent {
  using Cells = std::vector<std::string>;
  bool loaded = true;
  std::map<Cells, Cells> rows;  // key -> the other cells

  friend bool operator==(const TableContent&, const TableContent&) = default;
};

// What an Engine holds beside the bundle.
struct SharedState {
  std::vector<TableContent> tables;                         // by TableId; unused for tables that are not live
  std::map<semantic::ParameterId, std::string> parameters;  // those that are not as the bundle has them

  friend bool operator==(const SharedState&, const SharedState&) = default;
};

class World {
 public:
  explicit World(const semantic::Program& program) : program_(program) { Reset(); }

  void Reset();
  void Bind(const semantic::Binding& binding);

  [[nodiscard]] std::span<const BoundAttribute> attributes() const { return attributes_; }
  // Null: it is missing, or has no value.
  [[nodiscard]] const semantic::Constant* ValueOf(semantic::AttributeId attribute) const;
  [[nodiscard]] const SharedState& shared() const { return shared_; }

 private:
  void BindAttribute(semantic::AttributeId attribute, const semantic::Binding& binding);
  void BindRow(const semantic::Binding& binding);

  const semantic::Program& program_;
  std::vector<BoundAttribute> attributes_;
  SharedState shared_;
};

// What turns an engine that holds `before` into one that holds `after`. An engine with a freshly loaded bundle has no
// live table loaded.
[[nodiscard]] SharedState FreshlyLoaded(const semantic::Program& program);
[[nodiscard]] Engine::Change ChangeBetween(const semantic::Program& program, const SharedState& before,
                                           const SharedState& after);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_WORLD_H_
