// W2: one decision from attribute strings, at four sizes of the policy. See README.md.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "hospital.h"
#include "ward/compiler.h"
#include "ward/engine.h"

namespace {

using ward::bench::Hospital;
using ward::bench::HospitalRequest;

constexpr std::size_t kRequests = 10'000;

struct Slots {
  ward::AttributeId staff;
  ward::AttributeId job;
  ward::AttributeId clearance;
  ward::AttributeId record;
  ward::AttributeId department;
  ward::AttributeId sensitivity;
};

template <typename T>
T Must(ward::Result<T> result) {
  if (result.has_value()) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

class Loaded {
 public:
  explicit Loaded(std::uint32_t departments)
      : hospital_(ward::bench::MakeHospital(departments, kRequests)), engine_(Must(ward::Engine::Create({}))) {
    const ward::CompileResult compiled = Must(ward::CompileSources({{"hospital.ward", hospital_.policy}}, {}));
    if (!compiled.ok()) {
      std::fprintf(stderr, "%s\n", compiled.diagnostics.front().message.c_str());
      std::exit(1);
    }
    bytes_ = compiled.bytecode.size();
    const std::vector<ward::Engine::TableContent> tables = {{"hospital.main.staff", hospital_.staff}};
    Must(engine_.Load(compiled.bytecode, tables));
    slots_ = {engine_.Attribute("subject.id"),          engine_.Attribute("subject.job"),
              engine_.Attribute("subject.clearance"),   engine_.Attribute("resource.record"),
              engine_.Attribute("resource.department"), engine_.Attribute("resource.sensitivity")};
  }

  ward::Engine& engine() { return engine_; }
  [[nodiscard]] const Hospital& hospital() const { return hospital_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  bool Ask(ward::Reader& reader, const HospitalRequest& asked) const {
    ward::Request& request = reader.Begin();
    request.SetAction(asked.action, "record");
    request.Set(slots_.staff, asked.staff);
    request.Set(slots_.job, asked.role);
    request.Set(slots_.clearance, asked.clearance);
    request.Set(slots_.record, asked.record);
    request.Set(slots_.department, asked.department);
    request.Set(slots_.sensitivity, asked.sensitivity);
    return reader.Decide().allowed();
  }

  void CheckAll(ward::Reader& reader) const {
    std::size_t wrong = 0;
    for (const HospitalRequest& request : hospital_.requests) wrong += Ask(reader, request) != request.allowed;
    if (wrong == 0) return;
    std::fprintf(stderr, "%zu of %zu decisions are wrong\n", wrong, hospital_.requests.size());
    std::exit(1);
  }

 private:
  Hospital hospital_;
  ward::Engine engine_;
  Slots slots_;
  std::size_t bytes_ = 0;
};

void Decide(benchmark::State& state) {
  Loaded loaded(static_cast<std::uint32_t>(state.range(0)));
  ward::Reader reader = Must(loaded.engine().NewReader());
  loaded.CheckAll(reader);
  const auto& requests = loaded.hospital().requests;
  std::size_t next = 0;
  for (auto ignored : state) {
    benchmark::DoNotOptimize(loaded.Ask(reader, requests[next]));
    if (++next == requests.size()) next = 0;
  }
  const auto rules = static_cast<double>(loaded.hospital().rule_count);
  state.counters["rules"] = rules;
  state.counters["bytes_a_rule"] = static_cast<double>(loaded.bytes()) / rules;
}
BENCHMARK(Decide)->Arg(1)->Arg(50)->Arg(300)->Arg(3000);

void Compile(benchmark::State& state) {
  const Hospital hospital = ward::bench::MakeHospital(static_cast<std::uint32_t>(state.range(0)), 1);
  for (auto ignored : state) {
    const ward::CompileResult compiled = Must(ward::CompileSources({{"hospital.ward", hospital.policy}}, {}));
    if (!compiled.ok()) std::exit(1);
    benchmark::DoNotOptimize(compiled.bytecode.data());
  }
  state.counters["rules"] = static_cast<double>(hospital.rule_count);
}
BENCHMARK(Compile)->Arg(50)->Arg(300)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
