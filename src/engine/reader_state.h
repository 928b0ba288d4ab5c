// engine: one reader: its pinned view, the request it fills, the decision it gives.
//
// Behind ward::Reader, ward::Request and ward::Decision. Owner thread only. After construction nothing here allocates
// or locks but Explain(), OperatorReason() and the end. Without a published policy there is no view: requests are
// ignored and every answer is a refusal with 503.
#ifndef WARD_SRC_ENGINE_READER_STATE_H_
#define WARD_SRC_ENGINE_READER_STATE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/budgets.h"
#include "base/ip_address.h"
#include "border/json_reader.h"
#include "engine/publication.h"
#include "engine/view.h"
#include "eval/walk.h"
#include "route/path_normal_form.h"
#include "ward/decision.h"
#include "ward/engine.h"
#include "ward/request.h"

namespace ward {

class ReaderState {
 public:
  // `publication` and `engine` outlive it.
  ReaderState(EngineState& engine, engine::Publication& publication, std::size_t index);
  ReaderState(const ReaderState&) = delete;
  ReaderState& operator=(const ReaderState&) = delete;
  ~ReaderState();

  // ---- Reader
  Request& Begin();
  Admission Admit();
  Admission Identify();
  const Decision& Decide();
  [[nodiscard]] const Decision& decision() const { return decision_; }
  [[nodiscard]] Explanation Explain();
  void Release();

  // ---- Request
  void SetHttp(const HttpRequest& http);
  void SetAction(std::string_view action, std::string_view resource_type);
  void SetOperation(std::string_view qualified_name);
  void SetFault(const RequestFault& fault) { fault_ = fault; }
  void SetSource(std::string_view client_ip, std::string_view peer_ip);
  void SetCredential(Credential credential);
  void SetNow(std::int64_t unix_ns);
  void SetText(std::uint32_t slot, std::string_view text);
  void SetInteger(std::uint32_t slot, std::int64_t number);
  void SetReal(std::uint32_t slot, double number);
  void SetBool(std::uint32_t slot, bool value);
  void SetList(std::uint32_t slot, std::span<const std::string_view> members);
  void SetInvalid(std::uint32_t slot);
  bool SetJson(AttributeSource source, std::string_view json_object);
  [[nodiscard]] std::span<const AttributeInfo> attributes() const;
  // None: the pinned policy does not read it. Several: it reads it as several types.
  [[nodiscard]] std::span<const std::uint32_t> SlotsOf(AttributeId attribute) const;
  [[nodiscard]] std::span<const std::uint32_t> SlotsOf(std::string_view attribute) const;

  // ---- Decision
  [[nodiscard]] TestOutcome DecidingTest();
  [[nodiscard]] std::string OperatorReason();
  [[nodiscard]] std::span<const std::string_view> IllTyped();

 private:
  enum class Step : std::uint8_t { kBegun, kAdmitted, kIdentified, kDecided };
  enum class FoundBy : std::uint8_t { kNothing, kRoute, kAction, kName };

  [[nodiscard]] const bytecode::Image& image() const { return view_->snapshot->image; }
  [[nodiscard]] const engine::Binding& binding() const { return view_->snapshot->binding; }

  // request.cc
  bool Touch(std::uint32_t slot);
  // What a slot that broke the schema is told as; empty: not at all.
  [[nodiscard]] std::string_view IllTypedName(std::uint32_t slot) const;
  void SetSourceText(AttributeSource source, std::string_view text);
  void FindRoute();
  void ReadBody(const HttpRequest& http);

  // decide.cc
  void FindZone();
  void BindCredential();
  void BindSubject();
  void Refuse(Outcome outcome, std::uint16_t status, std::string_view rule, std::string_view reason);
  void Conclude(const eval::Findings& findings);
  void AnswerBy(std::uint32_t rule, Outcome outcome);

  // obligations.cc
  void TellMatches();
  void Oblige(const bytecode::Rule& rule);
  void SetHeaders(const bytecode::Reply& reply);
  void StripHeaders(const bytecode::Reply& reply);
  void TellShadows();
  void TellShadow(const eval::Match& match);
  [[nodiscard]] std::string_view Render(const bytecode::Reply& reply, std::string_view otherwise);

  // explain.cc
  [[nodiscard]] const bytecode::Range& FormulaOf(const bytecode::Rule& rule) const;
  [[nodiscard]] bool Covers(const bytecode::Rule& rule) const;
  [[nodiscard]] RuleExplanation ExplainRule(std::uint32_t number);
  struct ToldTest {
    std::uint32_t number;
    TestExplanation explanation;
  };
  [[nodiscard]] std::vector<TestExplanation> ExplainTests(const bytecode::Rule& rule);
  void JoinTold(std::vector<std::vector<ToldTest>>& stack, std::uint32_t count, bytecode::FormulaOp op) const;
  [[nodiscard]] bool SameWords(std::uint32_t a, std::uint32_t b) const;
  [[nodiscard]] TestExplanation WordsOf(std::uint32_t number) const;
  [[nodiscard]] TestExplanation ExplainFixed(const bytecode::Rule& rule, const bytecode::FormulaStep& step) const;
  [[nodiscard]] TestExplanation ExplainTest(std::uint32_t number);
  [[nodiscard]] std::string_view NoOperationWhy() const;
  [[nodiscard]] std::string OperationWhy() const;
  [[nodiscard]] std::string ZoneWhy();

  EngineState& engine_;
  engine::Publication& publication_;
  const std::size_t index_;
  border::JsonReader json_;
  Request request_;
  Decision decision_;

  // Of the request.
  const engine::View* view_ = nullptr;
  engine::Workspace* work_ = nullptr;  // null exactly while view_ is
  Step step_ = Step::kBegun;
  FoundBy found_by_ = FoundBy::kNothing;
  bool refused_ = false;  // by Admit or Identify
  bool credential_said_ = false;
  bool token_given_ = false;
  Credential credential_ = Credential::kAbsent;
  route::PathFault path_fault_ = route::PathFault::kNone;
  std::optional<RequestFault> fault_;  // whoever asks found it
  bool host_has_form_ = true;
  std::uint32_t operation_ = bytecode::kNone;
  std::uint32_t zone_state_ = bytecode::kNone;
  std::optional<base::IpAddress> client_;
  std::optional<std::int64_t> now_ns_;
  std::string_view method_;
  std::string_view host_;
  std::string_view path_;
  std::string_view action_;
  std::string_view resource_type_;
  std::string_view asked_operation_;  // by name
  std::array<char, base::budget::kRequestHostBytesMax> host_buffer_;
  std::array<char, base::budget::kRequestPathBytesMax> path_buffer_;
};

}  // namespace ward

#endif  // WARD_SRC_ENGINE_READER_STATE_H_
