// Any bytes have a tree: every place in it lies in the text, every fix edits the text that is there, the kind of line
// break changes nothing, and no line has two findings that begin on it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/source.h"
#include "diag/sink.h"
#include "syntax/dump.h"
#include "syntax/parse.h"

namespace {

struct Reading {
  std::string tree;
  std::vector<std::string> codes;
};

void CheckPlace(const ward::Location& place, std::size_t size) {
  WARD_CHECK(place.byte_begin <= place.byte_end);
  WARD_CHECK(place.byte_end <= size);
}

void CheckFindings(const std::vector<ward::Diagnostic>& findings, std::size_t size) {
  std::map<std::uint32_t, int> lines;
  for (const ward::Diagnostic& finding : findings) {
    CheckPlace(finding.location, size);
    WARD_CHECK(!finding.message.empty());
    for (const auto& label : finding.labels) CheckPlace(label.location, size);
    for (const auto& fix : finding.fixes) {
      WARD_CHECK(!fix.edits.empty());
      std::uint32_t at = 0;
      for (const auto& edit : fix.edits) {
        CheckPlace(edit.location, size);
        WARD_CHECK(at <= edit.location.byte_begin);
        at = edit.location.byte_end;
      }
    }
    ++lines[finding.location.line];
  }
  // A line of its own and one about its declaration or its file may meet.
  for (const auto& [line, count] : lines) WARD_CHECK(count <= 2);
}

Reading Read(const std::string& text) {
  ward::base::SourceMap sources;
  const ward::base::FileId id = sources.Add("fuzz.ward", text);
  ward::diag::Sink sink;
  const auto file = ward::syntax::Parse(sources, id, sink);
  Reading reading;
  WARD_CHECK(!ward::syntax::Dump(*file, sources, {}).empty() || file->declarations.empty());
  reading.tree = ward::syntax::Dump(*file, sources, {.comments = false});
  std::erase(reading.tree, '\r');
  const std::vector<ward::Diagnostic> findings = sink.Finish(sources);
  CheckFindings(findings, text.size());
  for (const auto& finding : findings) reading.codes.push_back(std::to_string(finding.location.line) + finding.code);
  return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Read(std::string(reinterpret_cast<const char*>(data), size));
  std::string unix_text(reinterpret_cast<const char*>(data), size);
  std::erase(unix_text, '\r');
  std::string dos_text;
  for (const char c : unix_text) {
    if (c == '\n') dos_text += '\r';
    dos_text += c;
  }
  const Reading unix_reading = Read(unix_text);
  const Reading dos_reading = Read(dos_text);
  WARD_CHECK(unix_reading.tree == dos_reading.tree);
  WARD_CHECK(unix_reading.codes == dos_reading.codes);
  return 0;
}
