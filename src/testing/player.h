// testing: plays tests, line by line, one after the other: one worker's part of a run.
#ifndef WARD_SRC_TESTING_PLAYER_H_
#define WARD_SRC_TESTING_PLAYER_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/source.h"
#include "semantic/program.h"
#include "testing/asker.h"
#include "testing/judge.h"
#include "testing/plan.h"
#include "testing/recorded_request.h"
#include "testing/result.h"
#include "testing/world.h"

namespace ward::testing {

// A variant of the bundle as bytecode, or why there is none.
struct Image {
  std::vector<std::byte> bytecode;
  std::string problem;
};

// What all workers share; immutable while they play.
struct Stage {
  const semantic::Program& program;
  const base::SourceMap& sources;
  const Plan& plan;
  const std::vector<Image>& images;  // by variant
  const std::map<std::string_view, std::unique_ptr<const RecordedRequest>>& recorded;
};

// One thread at a time; as many Players as there are workers.
class Player {
 public:
  explicit Player(const Stage& stage);

  // `on_decision` is called after each decision, while the Reader can still explain it.
  [[nodiscard]] TestResult Play(const PlannedTest& test, const std::function<void(const Reader&)>& on_decision);
  [[nodiscard]] std::size_t decision_count() const { return decision_count_; }

 private:
  [[nodiscard]] Result<void> Run(const PlannedTest& test, TestResult& result);
  [[nodiscard]] Result<void> Do(const PlannedTest& test, std::size_t at);
  [[nodiscard]] Result<void> Send(const PlannedTest& test, std::size_t at);
  [[nodiscard]] Result<Asker*> AskerOf(std::size_t variant);
  [[nodiscard]] LastRequest Last() const;

  const Stage& stage_;
  std::vector<std::unique_ptr<Asker>> askers_;  // by variant; null: not needed yet
  std::size_t decision_count_ = 0;
  // Of the test that is being played.
  const std::function<void(const Reader&)>* on_decision_ = nullptr;
  World world_;
  base::VirtualClock clock_;
  Asker* asker_ = nullptr;  // that the last send asked
  const RecordedRequest* recorded_ = nullptr;
  std::optional<Tally> tally_;
};

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_PLAYER_H_
