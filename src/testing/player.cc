#include "testing/player.h"

#include <chrono>
#include <iterator>
#include <limits>
#include <utility>

#include "diag/locate.h"

namespace ward::testing {
namespace {

// 2026-01-01T12:00:00Z: where the clock of a test stands until the test moves it (LANGUAGE.md section (c)).
constexpr std::int64_t kStandsAtNs = std::int64_t{1'767'268'800} * 1'000'000'000;

// The verdicts that speak of the send at `at`: those of each `expect` up to the next send.
Tally::Verdicts VerdictsOf(const PlannedTest& test, std::size_t at) {
  Tally::Verdicts verdicts;
  for (std::size_t i = at + 1; i < test.steps.size(); ++i) {
    const semantic::Step& step = *test.steps[i].step;
    if (std::holds_alternative<semantic::Send>(step.what)) break;
    const auto* expect = std::get_if<semantic::Expect>(&step.what);
    if (expect == nullptr) continue;
    for (const semantic::Expectation& expectation : expect->expectations) {
      if (std::holds_alternative<semantic::ExpectVerdict>(expectation.what)) verdicts.push_back(&expectation);
    }
  }
  return verdicts;
}

// Saturating: the end of time is as good as any time after it.
std::int64_t Later(std::int64_t now_ns, std::int64_t by_ns) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(now_ns, by_ns, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

}  // namespace

Player::Player(const Stage& stage)
    : stage_(stage), askers_(stage.images.size()), world_(stage.program), clock_(kStandsAtNs) {}

TestResult Player::Play(const PlannedTest& test, const std::function<void(const Reader&)>& on_decision) {
  on_decision_ = &on_decision;
  const auto begin = std::chrono::steady_clock::now();
  TestResult result;
  result.policy = stage_.program.policies[test.test->policy.index()].name;
  result.name = test.name;
  result.location = diag::Locate(test.span, stage_.sources);
  if (!test.wrong.empty()) {
    result.status = Status::kError;
    result.reason = test.wrong;
  } else if (!test.waits_for.empty()) {
    result.status = Status::kSkipped;
    result.reason = test.waits_for;
  } else if (const Result<void> run = Run(test, result); !run.has_value()) {
    result.status = Status::kError;
    result.reason = run.error().message;
  } else {
    result.status = result.failures.empty() ? Status::kPassed : Status::kFailed;
  }
  result.duration_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

Result<void> Player::Run(const PlannedTest& test, TestResult& result) {
  world_.Reset();
  clock_.Set(kStandsAtNs);
  asker_ = nullptr;
  recorded_ = nullptr;
  tally_.reset();
  for (std::size_t at = 0; at < test.steps.size(); ++at) {
    const auto* expect = std::get_if<semantic::Expect>(&test.steps[at].step->what);
    if (expect == nullptr) {
      WARD_RETURN_IF_ERROR(Do(test, at));
      continue;
    }
    if (expect->expectations.empty()) continue;
    std::vector<Failure> failures = Judge(*expect, *tally_, Last(), stage_.sources);
    std::move(failures.begin(), failures.end(), std::back_inserter(result.failures));
  }
  return {};
}

Result<void> Player::Do(const PlannedTest& test, std::size_t at) {
  const semantic::Step& step = *test.steps[at].step;
  if (const auto* given = std::get_if<semantic::UseGiven>(&step.what)) {
    for (const semantic::Binding& binding : stage_.program.suite.givens[given->given].bindings) world_.Bind(binding);
  } else if (const auto* binding = std::get_if<semantic::Binding>(&step.what)) {
    world_.Bind(*binding);
  } else if (const auto* to = std::get_if<semantic::At>(&step.what)) {
    clock_.Set(to->time_ns);
  } else if (const auto* wait = std::get_if<semantic::Wait>(&step.what)) {
    clock_.Set(Later(clock_.NowNs(), wait->by_ns));
  } else if (std::holds_alternative<semantic::Send>(step.what)) {
    return Send(test, at);
  }
  return {};
}

// The clock stands at the last request afterwards.
Result<void> Player::Send(const PlannedTest& test, std::size_t at) {
  const auto& send = std::get<semantic::Send>(test.steps[at].step->what);
  WARD_ASSIGN_OR_RETURN(asker_, AskerOf(test.steps[at].variant));
  WARD_RETURN_IF_ERROR(asker_->Hold(world_.shared()));
  recorded_ = nullptr;
  if (const auto* file = std::get_if<semantic::RecordedRequest>(&send.what)) {
    recorded_ = stage_.recorded.at(file->file).get();
  }
  tally_.emplace(VerdictsOf(test, at));
  for (std::int64_t i = 0; i < send.times; ++i) {
    if (i > 0) clock_.Set(Later(clock_.NowNs(), send.every_ns));
    WARD_RETURN_IF_ERROR(asker_->Ask({world_, send, clock_.NowNs(), recorded_}));
    ++decision_count_;
    tally_->Note(asker_->reader());
    (*on_decision_)(asker_->reader());
  }
  return {};
}

Result<Asker*> Player::AskerOf(std::size_t variant) {
  std::unique_ptr<Asker>& asker = askers_[variant];
  if (asker != nullptr) return asker.get();
  const Image& image = stage_.images[variant];
  if (!image.problem.empty()) return Error{ErrorCode::kPolicy, image.problem};
  WARD_ASSIGN_OR_RETURN(asker, Asker::Open(stage_.program, image.bytecode));
  return asker.get();
}

LastRequest Player::Last() const {
  const auto header = [this](std::string_view name) -> std::optional<std::string_view> {
    for (const BoundAttribute& bound : world_.attributes()) {
      const semantic::Attribute& attribute = stage_.program.attributes[bound.attribute.index()];
      const bool named = attribute.computed == nullptr && attribute.source == AttributeSource::kHeader &&
                         attribute.path.size() == 1 && attribute.path[0] == name;
      if (named && bound.value != nullptr && bound.value->type.kind == semantic::TypeKind::kString) {
        return bound.value->text;
      }
    }
    return recorded_ == nullptr ? std::nullopt : recorded_->Header(name);
  };
  return {asker_->reader(), header};
}

}  // namespace ward::testing
