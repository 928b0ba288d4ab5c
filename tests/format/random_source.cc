#include "format/random_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "differential/dice.h"

namespace ward::formatting {
namespace {

using differential::Dice;

template <typename T>
void Shuffle(std::vector<T>& all, Dice& dice) {
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[dice.Below(i)]);
}

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : dice_(seed) {}

  Source Run() {
    AddSchema();
    AddApi();
    AddPlaces();
    for (std::size_t i = dice_.Below(4); i > 0; --i) AddCondition();
    for (std::size_t i = dice_.Between(1, 8); i > 0; --i) AddRule();
    for (std::size_t i = dice_.Below(4); i > 0; --i) AddLimit();
    if (dice_.Percent(40)) AddTests();
    return std::move(source_);
  }

 private:
  SourceDecl& Add(std::string opening, std::vector<std::string> body = {}) {
    source_.push_back(SourceDecl{{}, std::move(opening), std::move(body), true});
    if (dice_.Percent(15)) source_.back().above.push_back(fmt::format("@owner \"team {}\"", dice_.Below(5)));
    if (dice_.Percent(5)) source_.back().above.insert(source_.back().above.begin(), "## What it is for.");
    return source_.back();
  }
  // 1 .. most of `all`, in any order.
  std::string Some(std::vector<std::string> all, std::size_t most) {
    Shuffle(all, dice_);
    all.resize(std::min(all.size(), dice_.Between(1, most)));
    std::string text;
    for (const std::string& one : all) text += (text.empty() ? "" : ", ") + one;
    return text;
  }
  std::string Name(const char* stem) { return fmt::format("{}-{}", stem, ++names_); }

  void AddSchema();
  void AddApi();
  void AddPlaces();
  void AddCondition();
  void AddRule();
  void AddLimit();
  void AddTests();
  std::string Test();
  std::string Expr(int depth);
  std::string Operations() { return dice_.Percent(20) ? "everything" : Some(operations_, 5); }

  Dice dice_;
  Source source_;
  std::size_t names_ = 0;
  std::vector<std::string> operations_;
  std::vector<std::string> conditions_;
};

void Writer::AddSchema() {
  Add("policy shop governs shop");
  Add("type plan is one of free < silver < gold");
  Add("type kind is one of public, confidential, machine");
  Add("type scope is one of orders:read, orders:write, orders:export, pay");
  Add("attributes of token",
      {"sub: string up to 128, optional", "plan: plan, optional, from abo.plan", "kind: kind",
       "scopes: set of scope, split by \" \", from scope", "groups: set of string", "age: duration, from now - iat",
       "login: timestamp, secret, from auth_time", "mail: string, optional, lower case"});
  Add("table partners live", {"| id: string key | until: timestamp | pace: int |"});
  Add("table paces", {"| plan: plan key | pace: int |", "| free | 1_000 |", "| gold | 2_000_000 |"});
  if (dice_.Percent(50)) Add("parameter fresh: duration = 15 minutes, between 1 minute and 2 hours");
  if (dice_.Percent(50)) Add("schedule nights means Monday to Friday 22:00 to 06:00, Sunday 00:00 to 24:00 in \"UTC\"");
}

void Writer::AddApi() {
  std::vector<std::string> lines;
  const std::size_t count = dice_.Between(1, 6);
  for (std::size_t i = 0; i < count; ++i) {
    operations_.push_back(Name("do"));
    const char* const method = dice_.Percent(50) ? "GET" : dice_.Percent(50) ? "DELETE" : "POST";
    lines.push_back(fmt::format("{} {} /p{}{}{}", operations_.back(), method, i, dice_.Percent(50) ? "/{x: int}" : "",
                                dice_.Percent(20) ? " anonymous" : ""));
  }
  if (dice_.Percent(40)) {
    operations_.push_back("by-name");
    lines.emplace_back("by-name action \"do it\" on \"thing\"");
  }
  if (dice_.Percent(60)) lines.push_back(fmt::format("group some is {}", Some(operations_, 4)));
  if (dice_.Percent(30)) lines.push_back(fmt::format("group several is {}", Some(operations_, 4)));
  Add("api shop at \"b.example.com\", \"a.example.com\"", std::move(lines));
}

void Writer::AddPlaces() {
  Add("zone inside", {"networks " + Some({"10.0.0.0/8", "192.168.0.0/16", "fd00::/8", "172.16.0.0/12"}, 4)})
      .order_matters = false;
  Add("zone outside", {"everything else", "requires known, reply 401, because \"Log in.\""}).order_matters = false;
  Add("condition known means token.sub is present");
  Add("role viewer");
  Add("role editor includes viewer");
  Add("role boss includes " + Some({"editor", "viewer"}, 2));
}

std::string Writer::Test() {
  const std::string scopes = Some({"orders:read", "orders:write", "orders:export", "pay"}, 4);
  const std::string texts = Some({"\"ann\"", "\"b, b\"", "\"c \\\" # c\"", "\"d (d\"", "\"and e\""}, 5);
  const std::string networks = Some({"10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1", "9.0.0.0/8"}, 5);
  const std::string plan = dice_.Percent(50) ? "silver" : "gold";
  const std::vector<std::string> tests = {
      "token.sub is \"ann\"",
      "token.sub is not \"bob\"",
      fmt::format("token.sub in [{}]", texts),
      fmt::format("token.sub not in [{}]", texts),
      "token.sub starts with \"a\"",
      "token.mail ends with \"@example.com\"",
      "token.mail matches \"*.b@*\"",
      fmt::format("token.plan at least {}", plan),
      fmt::format("token.plan or else free is {}", plan),
      fmt::format("token.plan in [{}]", Some({"free", "silver", "gold"}, 2)),
      "token.kind is public",
      fmt::format("token.kind not in [{}]", Some({"public", "confidential", "machine"}, 2)),
      "token.scopes has pay",
      fmt::format("token.scopes has any of [{}]", scopes),
      fmt::format("token.scopes has all of [{}]", scopes),
      fmt::format("token.scopes is [{}]", scopes),
      fmt::format("token.groups has any of [{}]", texts),
      "token.age at most 1_0 minutes",
      "token.age more than 90 seconds",
      "now - token.login less than 1 hour",
      "token.login before 2027-02-01",
      "token.login not after 2026-11-02T09:00:00+01:00",
      fmt::format("source.ip in [{}]", networks),
      "zone is inside",
      "zone in [outside, inside]",
      "token.sub is missing",
      "token.kind is present",
      "token.sub in partners",
      "partners[token.sub].pace at least 5",
      "now before partners[token.sub].until",
      "request.size at most 64 KiB",
      "path under /p0",
      "subject.roles has editor",
      fmt::format("operation in [{}]", Some(operations_, 3)),
  };
  if (!conditions_.empty() && dice_.Percent(20)) return dice_.Pick(conditions_);
  return dice_.Pick(tests);
}

std::string Writer::Expr(int depth) {
  if (depth == 0 || dice_.Percent(35)) return (dice_.Percent(20) ? "not " : "") + Test();
  if (dice_.Percent(10)) return "not not " + Test();
  if (dice_.Percent(10)) return fmt::format("not ({})", Expr(depth - 1));
  const char* const connective = dice_.Percent(50) ? " and " : " or ";
  std::string text;
  for (std::size_t i = dice_.Between(2, 4); i > 0; --i) {
    std::string part = Expr(depth - 1);
    const bool compound = part.find(" and ") != std::string::npos || part.find(" or ") != std::string::npos;
    if (compound || dice_.Percent(10)) part = "(" + part + ")";
    text += (text.empty() ? "" : connective) + part;
  }
  return text;
}

void Writer::AddCondition() {
  const std::string name = Name("holds");
  if (dice_.Percent(40)) {
    const char* const rest = dice_.Percent(50) ? " and token.sub is who" : "";
    Add(fmt::format("condition {}(who: string, least: plan) means token.plan at least least{}", name, rest));
    conditions_.push_back(name + "(\"ann\", silver)");
    return;
  }
  Add(fmt::format("condition {} means {}", name, Expr(2)));
  conditions_.push_back(name);
}

void Writer::AddRule() {
  std::vector<std::string> lines;
  const std::size_t kind = dice_.Below(4);
  if (kind == 0) lines.push_back("allow " + Operations());
  if (kind == 1) lines.push_back("deny " + Operations());
  if (kind == 2) lines.push_back("on " + Operations());
  if (kind == 3) {
    lines.push_back("require " + Expr(1));
    lines.push_back("for " + Operations());
  }
  if (dice_.Percent(70)) lines.push_back("when " + Expr(3));
  if (dice_.Percent(30)) lines.push_back("unless " + Expr(2));
  if (dice_.Percent(20)) lines.emplace_back("with audit full");
  if (kind == 2 || dice_.Percent(20)) lines.emplace_back("with tag seen");
  const bool refuses = kind == 1 || kind == 3;
  if (refuses && dice_.Percent(50)) lines.emplace_back("because \"No, # and {token.kind} is why.\"");
  if (refuses && dice_.Percent(30)) lines.emplace_back("reply 401 asking for max age 5 minutes, scope pay");
  Add((dice_.Percent(10) ? "shadow rule " : "rule ") + Name("rule"), std::move(lines)).order_matters = false;
}

void Writer::AddLimit() {
  std::vector<std::string> lines = {"for " + Operations()};
  lines.emplace_back(dice_.Percent(30) ? "in total" : "per token.sub, operation");
  const std::vector<std::string> paces = {"no faster than 100 per second, burst 200", "at most 3_0 per 15 minutes",
                                          "at most 5 each day in \"UTC\"", "at most 2 at once, each up to 30 seconds",
                                          "no faster than paces[token.plan].pace per second"};
  lines.push_back(dice_.Pick(paces));
  if (dice_.Percent(50)) lines.push_back("when " + Expr(2));
  if (dice_.Percent(30)) lines.emplace_back("if counters are lost share");
  if (dice_.Percent(30)) lines.emplace_back("because \"Slower, please.\"");
  Add((dice_.Percent(10) ? "shadow limit " : "limit ") + Name("limit"), std::move(lines)).order_matters = false;
}

void Writer::AddTests() {
  Add("given ann", {"token.sub is \"ann\"", "token.scopes is [pay, orders:read]", "partners[\"ann\"].pace is 5"});
  Add("test \"it, works | and more\"",
      {"given ann", "with token.kind is missing", "at 2026-11-02T09:00:00Z",
       fmt::format("send {} 1_01 times every 1 second", operations_.front()), "expect 100 allow, 1 deny, reply 403"});
  Add("test \"a table\"", {"given ann", "| send | token.kind | token.groups | expect |",
                           fmt::format("| {} | public | [\"a|b\", \"c\"] | allow |", operations_.front()),
                           fmt::format("| {} | is missing | | deny by default, reply 403 |", operations_.front())});
  Add("prove \"nothing\"", {"never allow", "when " + Expr(2)}).order_matters = false;
}

// ---- layouts ----

class Scribbler {
 public:
  Scribbler(std::uint64_t seed, const Noise& noise) : dice_(seed), noise_(noise) {
    end_of_line_ = noise.blanks && dice_.Percent(30) ? "\r\n" : "\n";
  }

  std::string Run(const Source& source) {
    for (const SourceDecl& decl : source) {
      Between(false);
      for (const std::string& line : decl.above) Line(line, "");
      Line(decl.opening, "");
      std::vector<std::string> body = decl.body;
      if (noise_.clauses && !decl.order_matters) ShuffleClauses(body);
      for (const std::string& line : body) {
        Between(true);
        Line(line, noise_.blanks ? std::string(dice_.Between(1, 5), dice_.Percent(20) ? '\t' : ' ') : "  ");
      }
    }
    Between(dice_.Percent(50));
    if (noise_.blanks && dice_.Percent(20)) text_.resize(text_.find_last_not_of("\r\n") + 1);
    return std::move(text_);
  }

 private:
  // What stands before a clause of its kind is its own: several `with` keep their order.
  void ShuffleClauses(std::vector<std::string>& body) {
    std::vector<std::string> kept;
    for (const std::string& line : body) {
      if (line.starts_with("with ")) kept.push_back(line);
    }
    Shuffle(body, dice_);
    std::size_t next = 0;
    for (std::string& line : body) {
      if (line.starts_with("with ")) line = kept[next++];
    }
  }
  std::string Comment() {
    const std::vector<std::string> words = {" why \"not", " and more", "# doc (", " [", "", " or else, "};
    return fmt::format("#{}{}", ++comments_, dice_.Pick(words));
  }
  // Blank lines and comments on lines of their own.
  void Between(bool indented) {
    for (int i = 0; i < 2; ++i) {
      if (noise_.blank_lines && dice_.Percent(15)) text_ += (dice_.Percent(30) ? "  " : "") + end_of_line_;
      if (!noise_.comments || !dice_.Percent(10)) continue;
      const std::string hash = dice_.Percent(20) ? "#" : "";
      text_ += (indented == dice_.Percent(80) ? "   " : "") + hash + Comment() + end_of_line_;
    }
  }
  std::string Blanks(std::size_t least) {
    if (!noise_.blanks) return std::string(least, ' ');
    if (dice_.Percent(70)) return std::string(least, ' ');
    return std::string(dice_.Between(least, 4), dice_.Percent(20) ? '\t' : ' ');
  }
  // Where a logical line may go on: a line break, perhaps with comments before it.
  std::string Continued() {
    std::string text;
    if (noise_.comments && dice_.Percent(25)) text += Blanks(1) + Comment();
    text += end_of_line_;
    if (noise_.comments && dice_.Percent(15)) text += "    " + Comment() + end_of_line_;
    if (noise_.blank_lines && dice_.Percent(15)) text += end_of_line_;
    return text + std::string(dice_.Between(1, 6), ' ');
  }
  void Line(std::string_view line, const std::string& indent);

  Dice dice_;
  Noise noise_;
  std::string end_of_line_;
  std::string text_;
  std::size_t comments_ = 0;
};

void Scribbler::Line(std::string_view line, const std::string& indent) {
  if (line.starts_with('#')) {
    text_ += line;
    text_ += end_of_line_;
    return;
  }
  text_ += indent;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const std::string_view rest = line.substr(i);
    if (quoted) {
      text_ += c;
      if (c == '\\') text_ += line[++i];
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    const bool leads = rest.starts_with(" and ") || (rest.starts_with(" or ") && !rest.starts_with(" or else"));
    const bool after_comma = i > 0 && line[i - 1] == ',' && c == ' ';
    if (c == ' ' && noise_.blanks && (leads || after_comma) && dice_.Percent(25)) {
      text_ += Continued();
    } else if (c == ' ') {
      text_ += Blanks(after_comma && noise_.blanks && dice_.Percent(20) ? 0 : 1);
    } else {
      if ((c == ')' || c == ']') && noise_.blanks && dice_.Percent(15)) text_ += dice_.Percent(30) ? Continued() : " ";
      text_ += c;
      if ((c == '(' || c == '[') && noise_.blanks && dice_.Percent(15)) text_ += dice_.Percent(30) ? Continued() : " ";
    }
  }
  if (noise_.blanks && dice_.Percent(10)) text_ += " \t";
  if (noise_.comments && dice_.Percent(10)) text_ += Blanks(1) + Comment();
  text_ += end_of_line_;
}

}  // namespace

Source RandomSource(std::uint64_t seed) { return Writer(seed).Run(); }

std::string Plain(const Source& source) { return Noisy(source, 0, {false, false, false, false}); }

std::string Noisy(const Source& source, std::uint64_t seed, const Noise& noise) {
  return Scribbler(seed, noise).Run(source);
}

}  // namespace ward::formatting
