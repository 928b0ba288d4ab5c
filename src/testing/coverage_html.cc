// One page, without scripts and without anything from elsewhere. Colours follow the reader's light or dark scheme and
// never stand alone: each state is also a word, so that the page can be read aloud and printed.
#include <fmt/format.h>

#include <iterator>

#include "base/legible.h"
#include "base/markup.h"
#include "testing/coverage_report.h"

namespace ward::testing {
namespace {

constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;--ok:#1a6334;--part:#7a4b00;--none:#9b1c1c;--line:#8884}\n"
    "@media(prefers-color-scheme:dark){:root{--ok:#7fd69a;--part:#f0b95c;--none:#ff9a9a}}\n"
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}\n"
    "table{border-collapse:collapse;margin:.5rem 0 2rem}caption{text-align:left;font-weight:600}\n"
    "th,td{padding:.15rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}\n"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "pre,code{font:.875rem/1.4 ui-monospace,monospace;margin:0}.source td{border:0;padding:0 .75rem}\n"
    ".scroll{overflow-x:auto}.ok{color:var(--ok)}.part{color:var(--part)}.none{color:var(--none)}\n"
    ".ok td:first-child{border-left:.3rem solid var(--ok)}.part td:first-child{border-left:.3rem dashed var(--part)}\n"
    ".none td:first-child{border-left:.3rem double var(--none)}\n";

std::string Escaped(std::string_view raw) { return base::EscapedMarkup(base::Legible(raw)); }

std::string_view ClassOf(const Share& share) {
  if (share.seen == share.possible) return "ok";
  return share.seen == 0 ? "none" : "part";
}

// What stands on one line of a source.
struct Seen {
  Share share;
  std::string words;
};
using SeenLines = std::map<std::uint32_t, Seen>;

void AddState(std::string& words, std::string_view state, bool possible, std::uint64_t count) {
  if (!possible && count == 0) return;
  words += fmt::format("{}{} {}", words.empty() ? "" : ", ", state, count == 0 ? "never" : fmt::format("{}", count));
}

void AddLine(SeenLines& lines, std::uint32_t line, const Share& share, const std::string& text) {
  Seen& seen = lines[line];
  seen.share += share;
  seen.words += fmt::format("<div class=\"{}\">{}</div>", ClassOf(share), text);
}

std::map<std::string, SeenLines> SeenOf(const Coverage& coverage) {
  std::map<std::string, SeenLines> files;
  for (const CoveredRule& rule : coverage.rules()) {
    std::string states;
    AddState(states, "true", rule.can_be_true, rule.counts.is_true);
    AddState(states, "false", rule.can_be_false, rule.counts.is_false);
    AddState(states, "in doubt", rule.can_be_in_doubt, rule.counts.in_doubt);
    AddLine(files[rule.file], rule.line, ShareOf(rule),
            fmt::format("{}{} <b>{}</b>: {}", rule.shadow ? "shadow " : "", Escaped(rule.kind), Escaped(rule.name),
                        states));
  }
  for (const CoveredTest& test : coverage.tests()) {
    std::string states;
    AddState(states, "true", test.can_be_true, test.counts.is_true);
    AddState(states, "false", test.can_be_false, test.counts.is_false);
    AddState(states, "in doubt", false, test.counts.in_doubt);
    AddLine(files[test.file], test.line, ShareOf(test), fmt::format("<code>{}</code>: {}", Escaped(test.text), states));
  }
  return files;
}

class Page {
 public:
  template <typename... Values>
  void Add(fmt::format_string<Values...> form, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Values>(values)...);
  }

  void Head(const Share& total, std::uint64_t decisions) {
    Add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Coverage {}%</title>\n"
        "<style>\n{}</style>\n</head>\n<body>\n<main>\n",
        total.percent(), kStyle);
    Add("<h1>Coverage {}%</h1>\n<p>{} of {} states of rules and their tests were seen in {} decisions.</p>\n",
        total.percent(), total.seen, total.possible, decisions);
  }

  void Shares(std::string_view caption, const std::map<std::string, Share>& shares, bool links) {
    Add("<table>\n<caption>{}</caption>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Seen</th>"
        "<th scope=\"col\" class=\"n\">Possible</th><th scope=\"col\" class=\"n\">Percent</th></tr></thead>\n<tbody>\n",
        caption);
    std::size_t number = 0;
    for (const auto& [name, share] : shares) {
      const std::string shown = Escaped(name);
      Add("<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n "
          "{}\">{}%</td></tr>\n",
          links ? fmt::format("<a href=\"#file-{}\">{}</a>", ++number, shown) : shown, share.seen, share.possible,
          ClassOf(share), share.percent());
    }
    Add("</tbody>\n</table>\n");
  }

  void Matrix(const Coverage& coverage) {
    Add("<div class=\"scroll\"><table>\n<caption>Operations by zone: allowed / refused</caption>\n"
        "<thead><tr><th scope=\"col\">Operation</th>");
    for (const std::string& zone : coverage.zones()) {
      Add("<th scope=\"col\" class=\"n\">{}</th>", zone.empty() ? "no zone" : Escaped(zone));
    }
    Add("</tr></thead>\n<tbody>\n");
    for (std::size_t i = 0; i < coverage.operations().size(); ++i) {
      Add("<tr><th scope=\"row\">{}</th>", Escaped(coverage.operations()[i]));
      for (std::size_t zone = 0; zone < coverage.zones().size(); ++zone) {
        const ZoneCell& cell = coverage.cell(i, zone);
        Add("<td class=\"n\">{}</td>", cell.allowed + cell.refused == 0
                                           ? "<span class=\"none\">never</span>"
                                           : fmt::format("{} / {}", cell.allowed, cell.refused));
      }
      Add("</tr>\n");
    }
    Add("</tbody>\n</table></div>\n");
  }

  void Source(std::size_t number, const std::string& name, const SeenLines& lines, std::string_view text) {
    Add("<section>\n<h2 id=\"file-{}\">{}</h2>\n<div class=\"scroll\"><table class=\"source\">\n<thead><tr>"
        "<th scope=\"col\" class=\"n\">Line</th><th scope=\"col\">Source</th><th scope=\"col\">Seen</th></tr></thead>\n"
        "<tbody>\n",
        number, Escaped(name));
    std::uint32_t line = 0;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      Row(++line, text.substr(0, end), lines);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    // Without its text, a file's lines are those of which something is known.
    if (line == 0) {
      for (const auto& [known, seen] : lines) Row(known, {}, lines);
    }
    Add("</tbody>\n</table></div>\n</section>\n");
  }

  [[nodiscard]] std::string Finish() && { return std::move(out_) + "</main>\n</body>\n</html>\n"; }

 private:
  void Row(std::uint32_t number, std::string_view text, const SeenLines& lines) {
    const auto seen = lines.find(number);
    const bool known = seen != lines.end();
    Add("<tr{}><td class=\"n\">{}</td><td><pre>{}</pre></td><td>{}</td></tr>\n",
        known ? fmt::format(" class=\"{}\"", ClassOf(seen->second.share)) : "", number, Escaped(text),
        known ? seen->second.words : "");
  }

  std::string out_;
};

}  // namespace

std::string CoverageHtml(const Coverage& coverage, const SourceTexts& sources) {
  Page page;
  page.Head(coverage.total(), coverage.decision_count());
  page.Shares("By policy", coverage.by_policy(), false);
  page.Shares("By file", coverage.by_file(), true);
  if (!coverage.operations().empty()) page.Matrix(coverage);
  std::size_t number = 0;
  for (const auto& [name, lines] : SeenOf(coverage)) {
    const auto text = sources.find(name);
    page.Source(++number, name, lines, text == sources.end() ? std::string_view() : text->second);
  }
  return std::move(page).Finish();
}

}  // namespace ward::testing
