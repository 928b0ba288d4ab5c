// A service that asks Ward in its own process: compile once, then a decision costs about a hundred nanoseconds.
// Uses include/ward only.
#include <ward/compiler.h>
#include <ward/engine.h>

#include <cstdint>
#include <cstdio>
#include <thread>

namespace {

// In a real service this is a folder of files, or a .wardc that CI compiled.
constexpr const char* kPolicy = R"(policy library.main governs library

type reader-kind is one of member, staff
attributes of subject
  kind: reader-kind
  id:   string

attributes of resource
  lender: string, optional

api library
  borrow  action "borrow" on "book"
  give-back  action "give_back" on "book"
  shelve  action "shelve" on "book"

rule members-borrow
  allow borrow
  when subject.kind in [member, staff]

rule who-lent-gives-back
  allow give-back
  when resource.lender is subject.id

rule staff-shelves
  allow shelve
  when subject.kind is staff
)";

struct Question {
  const char* subject;
  const char* action;
  const char* resource;
};

constexpr Question kQuestions[] = {
    {R"({"id": "ann", "kind": "member"})", "borrow", "{}"},
    {R"({"id": "ann", "kind": "member"})", "shelve", "{}"},
    {R"({"id": "ann", "kind": "member"})", "give_back", R"({"lender": "ann"})"},
    {R"({"id": "bob", "kind": "member"})", "give_back", R"({"lender": "ann"})"},
    {R"({"id": "eve"})", "borrow", "{}"},
};

void Ask(ward::Reader& reader, const Question& question) {
  ward::Request& request = reader.Begin();
  request.SetAction(question.action, "book");
  request.SetJson(ward::AttributeSource::kSubject, question.subject);
  request.SetJson(ward::AttributeSource::kResource, question.resource);
  const ward::Decision& decision = reader.Decide();
  std::printf("%-10s %-34s %-6s %s\n", question.action, question.subject, decision.allowed() ? "allow" : "deny",
              decision.operator_reason().c_str());
}

}  // namespace

int main() {
  // 1. Compile. Everything an author did wrong comes back as data.
  ward::Result<ward::CompileResult> compiled = ward::CompileSources({{"library.ward", kPolicy}}, {});
  if (!compiled.has_value()) {
    std::fprintf(stderr, "%s\n", compiled.error().message.c_str());
    return 1;
  }
  for (const ward::Diagnostic& diagnostic : compiled->diagnostics) {
    std::fprintf(stderr, "%s:%u: %s\n", diagnostic.location.file.c_str(), diagnostic.location.line,
                 diagnostic.message.c_str());
  }
  if (!compiled->ok()) return 1;

  // 2. Load. The engine keeps a verified copy; loading again swaps it under running readers.
  ward::Result<ward::Engine> engine = ward::Engine::Create({});
  if (!engine.has_value()) return 1;
  const ward::Result<std::uint64_t> generation = engine->Load(compiled->bytecode);
  if (!generation.has_value()) {
    std::fprintf(stderr, "%s\n", generation.error().message.c_str());
    return 1;
  }

  // 3. One reader a thread; no lock and no allocation from here on.
  std::thread worker([&engine] {
    ward::Result<ward::Reader> reader = engine->NewReader();
    if (!reader.has_value()) return;
    for (const Question& question : kQuestions) Ask(*reader, question);
  });
  worker.join();
  return 0;
}
