// testing: one variant of the bundle in an engine of its own, and how a test's request is put to it.
//
// The engine is the one that production runs: what a test binds goes in through the public API. One thread at a time.
#ifndef WARD_SRC_TESTING_ASKER_H_
#define WARD_SRC_TESTING_ASKER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "semantic/program.h"
#include "testing/recorded_request.h"
#include "testing/world.h"
#include "ward/engine.h"
#include "ward/error.h"

namespace ward::testing {

struct Question {
  const World& world;
  const semantic::Send& send;
  std::int64_t now_ns = 0;
  const RecordedRequest* recorded = nullptr;  // of send.what, if it is one
};

class Asker {
 public:
  // Keeps `program`.
  [[nodiscard]] static Result<std::unique_ptr<Asker>> Open(const semantic::Program& program,
                                                           std::span<const std::byte> bytecode);
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  // Publishes what differs from what the engine holds; nothing if it is the same.
  [[nodiscard]] Result<void> Hold(const SharedState& state);
  // Decides. The reader then has decision and explanation until the next call. An error is about the test.
  [[nodiscard]] Result<void> Ask(const Question& question);
  [[nodiscard]] const Reader& reader() const { return reader_; }

 private:
  Asker(const semantic::Program& program, Engine engine, Reader reader);

  [[nodiscard]] Result<void> Name(const Question& question, Request& request);
  void NameOperation(semantic::OperationId id, const World& world, Request& request);
  [[nodiscard]] Result<std::string_view> HostFor(const semantic::MethodAndPath& http);
  void SetBuiltIn(AttributeSource source, std::string_view text, Request& request);
  void SetAttributes(const World& world, bool names_path, Request& request);
  void SetAddresses(const World& world, Request& request);
  void SetTokenSubject(const World& world, Request& request);
  void SetSlots(std::span<const std::uint32_t> slots, const semantic::Constant* value, Request& request);
  void SetSlot(std::uint32_t slot, const semantic::Constant& value, Request& request);
  // Lives until the next Ask.
  std::string_view Keep(std::string text);

  const semantic::Program& program_;
  Engine engine_;
  Reader reader_;
  SharedState held_;
  // By AttributeId: its own; those of others that the border finds at the same place.
  std::vector<std::vector<std::uint32_t>> slots_;
  std::vector<std::vector<std::uint32_t>> twin_slots_;
  std::vector<std::vector<std::uint32_t>> built_in_slots_;                      // by AttributeSource
  std::map<std::pair<std::string_view, std::string_view>, std::string> hosts_;  // by method and path
  std::shared_ptr<const void> recorded_;  // what the last recorded request borrows from
  std::deque<std::string> texts_;
  std::deque<std::vector<std::string_view>> lists_;
};

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_ASKER_H_
