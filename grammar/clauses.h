// grammar: clauses of rules, limits, zones and proofs. The first word has chosen the rule, so each
// raises at once.
#ifndef WARD_GRAMMAR_CLAUSES_H_
#define WARD_GRAMMAR_CLAUSES_H_

#include "grammar/expr.h"

namespace ward::grammar {

// ---- pieces ----

struct Condition : Need<"a test", Sep, Expr> {};
struct EndOfTest : End<"`and`, `or` or the end of the line"> {};
struct OperationsClause
    : peg::seq<Need<"names of operations or `everything`", Sep, Operations>, End<"`,` or the end of the line">> {};

struct AskAcr : peg::seq<Kw<"acr">, Need<"an acr value", Sep, Word>> {};
struct AskMaxAge : peg::seq<Kw<"max age">, Need<"a duration such as `5 minutes`", Sep, Term>> {};
struct AskScope : peg::seq<Kw<"scope">, Need<"a scope", Sep, Word>> {};
struct Ask : peg::sor<AskAcr, AskMaxAge, AskScope> {};
struct Reply
    : peg::seq<Kw<"reply">, Need<"a status such as 403", Sep, Int>,
               peg::opt<Sep, Kw<"asking for">, Need<"`acr`, `max age` or `scope`", Sep, Ask>, peg::star<Comma, Ask>>> {
};
struct Because : peg::seq<Kw<"because">, Need<"a text in quotes", Sep, Text>> {};

struct SetHeader : peg::seq<Kw<"set header">, Need<"the header's name in quotes", Sep, Text>,
                            Need<"`to` and a value", Sep, Kw<"to">>, Need<"a value", Sep, Operand>> {};
struct StripHeader : peg::seq<Kw<"strip header">, Need<"the header's name in quotes", Sep, Text>> {};
struct Audit : peg::seq<Kw<"audit">, Need<"`brief` or `full`", Sep, Word>> {};
struct Tag : peg::seq<Kw<"tag">, Need<"a word", Sep, Word>> {};

// ---- rules ----

struct AllowClause : peg::seq<Kw<"allow">, OperationsClause> {};
struct DenyClause : peg::seq<Kw<"deny">, OperationsClause> {};
struct OnClause : peg::seq<Kw<"on">, OperationsClause> {};
struct RequireClause : peg::seq<Kw<"require">, Condition, EndOfTest> {};
struct ForClause : peg::seq<Kw<"for">, OperationsClause> {};
struct WhenClause : peg::seq<Kw<"when">, Condition, EndOfTest> {};
struct UnlessClause : peg::seq<Kw<"unless">, Condition, EndOfTest> {};
struct WithClause
    : peg::seq<
          Kw<"with">,
          Need<"`set header`, `strip header`, `audit` or `tag`", Sep, peg::sor<SetHeader, StripHeader, Audit, Tag>>,
          End<"the end of the line">> {};
struct BecauseClause : peg::seq<Because, End<"the end of the line">> {};
struct ReplyClause : peg::seq<Reply, End<"`asking for`, `,` or the end of the line">> {};

// The value between braces in a `because` text.
struct Placeholder : peg::seq<Gap, Need<"a value", Operand>, Gap, End<"`}`">> {};

// ---- limits ----

struct InTotal : Kw<"in total"> {};
struct InTotalClause : peg::seq<Need<"`in total`", InTotal>, End<"the end of the line">> {};
struct PerClause : peg::seq<Kw<"per">, Need<"what to count by, such as `client.id`", Sep, Operand>,
                            peg::star<Comma, Need<"what to count by, after the comma", Operand>>,
                            End<"`,` or the end of the line">> {};

struct PeriodUnit : peg::sor<Kw<"second">, Kw<"minute">, Kw<"hour">, Kw<"day">, Kw<"week">> {};
struct Period : peg::sor<Duration, PeriodUnit> {};
struct CalendarUnit : peg::sor<Kw<"hour">, Kw<"day">, Kw<"week">, Kw<"month">, Kw<"year">> {};
struct NoFasterClause
    : peg::seq<Need<"`no faster than`", Kw<"no faster than">>, Need<"a number", Sep, Term>,
               Need<"`per` and a period such as `second`", Sep, Kw<"per">>,
               Need<"a period such as `second` or `15 minutes`", Sep, Period>,
               peg::opt<Comma, Need<"`burst` and a number", Kw<"burst">>, Need<"a number", Sep, Term>>,
               End<"`, burst` with a number, or the end of the line">> {};

struct AtOnce : peg::seq<Kw<"at once">, peg::opt<Comma, Need<"`each up to` and a duration", Kw<"each up to">>,
                                                 Need<"a duration such as `30 seconds`", Sep, Term>>> {};
struct PerPeriod : peg::seq<Kw<"per">, Need<"a period such as `minute` or `24 hours`", Sep, Period>> {};
struct EachPeriod : peg::seq<Kw<"each">, Need<"`hour`, `day`, `week`, `month` or `year`", Sep, CalendarUnit>,
                             Need<"`in` and a time zone, such as `in \"UTC\"`", Sep, Kw<"in">>,
                             Need<"a time zone in quotes, such as \"UTC\"", Sep, Text>> {};
struct AtMostClause : peg::seq<Need<"`at most`", Kw<"at most">>, Need<"a number", Sep, Term>,
                               Need<"`per`, `each` or `at once`", Sep, peg::sor<AtOnce, PerPeriod, EachPeriod>>,
                               End<"the end of the line">> {};

struct EveryRequest : Kw<"every request"> {};
struct AllowedRequests : Kw<"allowed requests"> {};
struct RefusedRequests : Kw<"refused requests"> {};
struct Responses : peg::seq<Kw<"responses">, Need<"a status such as 401", Sep, Int>,
                            peg::star<Comma, Need<"a status after the comma", Int>>> {};
struct CountsClause : peg::seq<Kw<"counts">,
                               Need<"`every request`, `allowed requests`, `refused requests` or `responses`", Sep,
                                    peg::sor<EveryRequest, AllowedRequests, RefusedRequests, Responses>>,
                               End<"the end of the line">> {};

struct Reported
    : peg::seq<Kw<"reported">,
               peg::opt<Comma, Need<"`at least` and a number", Kw<"at least">>, Need<"a number", Sep, Term>>> {};
struct CostsClause
    : peg::seq<Kw<"costs">, Need<"a number or `reported`", Sep, peg::sor<Reported, Term>>, End<"the end of the line">> {
};

struct SlowBy : peg::seq<Kw<"slow by">, Need<"a duration such as `1 second`", Sep, Term>,
                         peg::opt<Comma, Need<"`doubling up to` and a duration", Kw<"doubling up to">>,
                                  Need<"a duration such as `30 seconds`", Sep, Term>>> {};
struct BlockFor : peg::seq<Kw<"block for">, Need<"a duration such as `30 minutes`", Sep, Term>> {};
struct ExcessClause
    : peg::seq<Need<"`on excess`", Kw<"on excess">>, Need<"`slow by` or `block for`", Sep, peg::sor<SlowBy, BlockFor>>,
               End<"the end of the line">> {};

struct LostRefuse : Kw<"refuse"> {};
struct LostAllow : Kw<"allow"> {};
struct LostShare : Kw<"share"> {};
struct LostClause : peg::seq<Need<"`if counters are lost`", Kw<"if counters are lost">>,
                             Need<"`refuse`, `allow` or `share`", Sep, peg::sor<LostRefuse, LostAllow, LostShare>>,
                             End<"the end of the line">> {};
struct InsteadClause : peg::seq<Need<"`instead of`", Kw<"instead of">>, Need<"the name of a limit", Sep, Names>,
                                End<"`,` or the end of the line">> {};

// ---- zones ----

struct FromText : peg::seq<Kw<"from">, Need<"a file name in quotes", Sep, Text>> {};
struct NetworksClause
    : peg::seq<
          Kw<"networks">,
          Need<"networks such as 10.0.0.0/8", Sep,
               peg::sor<FromText, peg::seq<Address, peg::star<Comma, Need<"a network after the comma", Address>>>>>,
          End<"`,` or the end of the line">> {};
struct EverythingElseClause : peg::seq<Need<"`everything else`", Kw<"everything else">>, End<"the end of the line">> {};
struct ReplyAndBecause
    : peg::sor<peg::seq<Reply, peg::opt<Comma, Because>>, peg::seq<Because, peg::opt<Comma, Reply>>> {};
struct RequiresClause
    : peg::seq<Kw<"requires">, Need<"the name of a condition", Sep, Ref>, peg::opt<Comma, ReplyAndBecause>,
               End<"`, reply`, `, because` or the end of the line">> {};

}  // namespace ward::grammar

#endif  // WARD_GRAMMAR_CLAUSES_H_
