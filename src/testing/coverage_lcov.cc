#include <fmt/format.h>

#include <iterator>

#include "base/legible.h"
#include "testing/coverage_report.h"

namespace ward::testing {
namespace {

struct Line {
  std::uint64_t hits = 0;
  std::vector<std::uint64_t> rule_branches;
  std::vector<std::uint64_t> test_branches;
};

struct File {
  std::map<std::uint32_t, Line> lines;
  std::vector<const CoveredRule*> rules;
};

std::map<std::string, File> FilesOf(const Coverage& coverage) {
  std::map<std::string, File> files;
  for (const CoveredRule& rule : coverage.rules()) {
    File& file = files[rule.file];
    file.rules.push_back(&rule);
    Line& line = file.lines[rule.line];
    line.hits += rule.counts.sum();
    if (rule.can_be_true) line.rule_branches.push_back(rule.counts.is_true);
    if (rule.can_be_false) line.rule_branches.push_back(rule.counts.is_false);
    if (rule.can_be_in_doubt) line.rule_branches.push_back(rule.counts.in_doubt);
  }
  for (const CoveredTest& test : coverage.tests()) {
    Line& line = files[test.file].lines[test.line];
    line.hits += test.counts.sum();
    if (test.can_be_true) line.test_branches.push_back(test.counts.is_true);
    if (test.can_be_false) line.test_branches.push_back(test.counts.is_false);
  }
  return files;
}

class LcovWriter {
 public:
  explicit LcovWriter(std::string& out) : out_(out) {}

  void Write(const std::string& path, const File& file) {
    Add("SF:{}\n", base::Legible(path));
    std::size_t hit = 0;
    for (const CoveredRule* rule : file.rules) Add("FN:{},{}\n", rule->line, base::Legible(rule->name));
    for (const CoveredRule* rule : file.rules) {
      Add("FNDA:{},{}\n", rule->counts.is_true, base::Legible(rule->name));
      if (rule->counts.is_true > 0) ++hit;
    }
    Add("FNF:{}\nFNH:{}\n", file.rules.size(), hit);
    WriteBranches(file);
    hit = 0;
    for (const auto& [number, line] : file.lines) {
      Add("DA:{},{}\n", number, line.hits);
      if (line.hits > 0) ++hit;
    }
    Add("LF:{}\nLH:{}\nend_of_record\n", file.lines.size(), hit);
  }

 private:
  template <typename... Values>
  void Add(fmt::format_string<Values...> form, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Values>(values)...);
  }

  void WriteBranches(const File& file) {
    std::size_t found = 0;
    std::size_t hit = 0;
    const auto write = [&](std::uint32_t line, int block, const std::vector<std::uint64_t>& counts, bool looked_at) {
      for (std::size_t i = 0; i < counts.size(); ++i) {
        // `-`: nothing on this line was ever looked at.
        Add("BRDA:{},{},{},{}\n", line, block, i, looked_at ? fmt::format("{}", counts[i]) : "-");
        ++found;
        if (counts[i] > 0) ++hit;
      }
    };
    for (const auto& [number, line] : file.lines) {
      write(number, 0, line.rule_branches, line.hits > 0);
      write(number, 1, line.test_branches, line.hits > 0);
    }
    Add("BRF:{}\nBRH:{}\n", found, hit);
  }

  std::string& out_;
};

}  // namespace

std::string CoverageLcov(const Coverage& coverage, const std::string& folder) {
  std::string out = "TN:\n";
  LcovWriter writer(out);
  for (const auto& [name, file] : FilesOf(coverage)) {
    writer.Write(name.starts_with('/') ? name : folder + name, file);
  }
  return out;
}

}  // namespace ward::testing
