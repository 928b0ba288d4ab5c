// grammar: given, test and prove.
#ifndef WARD_GRAMMAR_TESTS_H_
#define WARD_GRAMMAR_TESTS_H_

#include "grammar/declarations.h"

namespace ward::grammar {

// ---- given ----

struct Like : peg::seq<Kw<"like">, Need<"the name of a `given`", Sep, Name>> {};
struct GivenLine : peg::seq<Kw<"given">, Need<"a name for what is given", Sep, Name>, peg::opt<Sep, Like>,
                            End<"`like` or the end of the line">> {};
struct IsValue : peg::seq<Kw<"is">, Need<"a value, `missing` or `present`", Sep, Operand>> {};
struct Binding : peg::seq<Ref, Need<"`is` and a value", Sep, peg::sor<Presence, IsValue>>> {};
struct BindingLine : peg::seq<Need<"an attribute such as `token.sub`", Binding>, End<"the end of the line">> {};

// ---- test ----

struct TestLine : peg::seq<Kw<"test">, Need<"what is tested, in quotes", Sep, Text>, End<"the end of the line">> {};
struct GivenStep : peg::seq<Kw<"given">, Need<"the name of a `given`", Sep, Names>, End<"`,` or the end of the line">> {
};
struct WithStep
    : peg::seq<Kw<"with">, Need<"an attribute such as `token.sub`", Sep, Binding>, End<"the end of the line">> {};
struct AtStep : peg::seq<Kw<"at">, Need<"a time such as 2026-11-02T09:00:00Z", Sep, Term>, End<"the end of the line">> {
};
struct WaitStep : peg::seq<Kw<"wait">, Need<"a duration such as `20 ms`", Sep, Term>, End<"the end of the line">> {};
struct OnlyStep : peg::seq<Kw<"only">, Need<"the name of a policy", Sep, Dotted>, End<"the end of the line">> {};

struct Recorded : peg::seq<Kw<"request">, Sep, Text> {};
struct ByPath : peg::seq<Method, Need<"a path in quotes", Sep, Text>> {};
struct Times : peg::seq<Int, Need<"`times`", Sep, Kw<"times">>> {};
struct Every : peg::seq<Kw<"every">, Need<"a duration such as `1 second`", Sep, Term>> {};
struct Lasting : peg::seq<Kw<"lasting">, Need<"a duration such as `1 second`", Sep, Term>> {};
struct Answered : peg::seq<Kw<"answered">, Need<"a status such as 401", Sep, Int>> {};
struct Costing : peg::seq<Kw<"costing">, Need<"a number", Sep, Int>> {};
struct Send : peg::seq<peg::sor<Recorded, ByPath, Dotted>, peg::opt<Sep, Times>, peg::opt<Sep, Every>,
                       peg::opt<Sep, Lasting>, peg::opt<Sep, Answered>, peg::opt<Sep, Costing>> {};
struct EndOfSend : End<"`times`, `every`, `lasting`, `answered`, `costing` or the end"> {};
struct SendStep : peg::seq<Kw<"send">, Need<"an operation, or a method and a path in quotes", Sep, Send>, EndOfSend> {};
struct SendCell : peg::seq<Need<"an operation, or a method and a path in quotes", Send>, EndOfSend> {};

struct RetryAfter : peg::seq<Kw<"retry after">, Need<"a duration such as `20 ms`", Sep, Term>> {};
struct SlowedBy : peg::seq<Kw<"slowed by">, Need<"a duration such as `1 second`", Sep, Term>> {};
struct ExpectHeader : peg::seq<Kw<"header">, Need<"the header's name in quotes", Sep, Text>,
                               Need<"`is` and a value", Sep, peg::sor<Presence, IsValue>>> {};
struct ExpectZone : peg::seq<Kw<"zone">, Need<"the name of a zone", Sep, Name>> {};
struct VerdictWord : peg::sor<Kw<"allow">, Kw<"deny">, Kw<"challenge">, Kw<"throttle">> {};
struct By : peg::seq<Kw<"by">, Need<"the name of a rule or limit", Sep, Dotted>> {};
struct ExpectVerdict : peg::seq<peg::opt<Int, Sep>, peg::opt<Shadow, Sep>, VerdictWord, peg::opt<Sep, By>> {};
struct Outcome : peg::sor<RetryAfter, SlowedBy, ExpectHeader, Reply, Because, ExpectZone, Audit, Tag, ExpectVerdict> {};
struct Outcomes : peg::seq<Outcome, peg::star<Comma, Need<"an outcome after the comma", Outcome>>> {};
struct EndOfExpect : End<"`by`, `,` or the end"> {};
struct ExpectStep
    : peg::seq<Kw<"expect">, Need<"`allow`, `deny`, `challenge` or `throttle`", Sep, Outcomes>, EndOfExpect> {};
struct ExpectCell : peg::seq<Need<"`allow`, `deny`, `challenge` or `throttle`", Outcomes>, EndOfExpect> {};
struct BindCell : peg::seq<Need<"a value, `is missing` or `is present`", peg::sor<Presence, Operand>>, End<"`|`">> {};
struct ColumnCell : peg::seq<Need<"an attribute, `send` or `expect`", Ref>, End<"`|`">> {};

// A row is cut at its bars first; then each cell is read as its column says.
struct CellText : peg::star<peg::sor<Text, LineComment, peg::not_one<'|', '"', '#'>>> {};
struct CellsLine : peg::seq<Bar, peg::plus<peg::not_at<peg::eof>, CellText, Need<"`|`", Bar>, Gap>, peg::eof> {};

// ---- prove ----

struct ProveLine : peg::seq<Kw<"prove">, Need<"what is proved, in quotes", Sep, Text>, End<"the end of the line">> {};
struct HidingClause : peg::seq<Need<"`hiding never helps`", Kw<"hiding never helps">>, End<"the end of the line">> {};
struct EveryOperationClause : peg::seq<Need<"`every operation can be allowed`", Kw<"every operation can be allowed">>,
                                       End<"the end of the line">> {};
struct NoWider : Kw<"no wider than"> {};
struct NoNarrower : Kw<"no narrower than"> {};
struct SameAs : Kw<"same as"> {};
struct ComparedClause
    : peg::seq<Need<"`no wider than`, `no narrower than` or `same as`", peg::sor<NoWider, NoNarrower, SameAs>>,
               Need<"another bundle in quotes, such as \"git:main\"", Sep, Text>, End<"the end of the line">> {};
struct Never : Kw<"never"> {};
struct Always : Kw<"always"> {};
struct NeverClause : peg::seq<peg::sor<Never, Always>, Need<"a verdict or an obligation, such as `allow`", Sep, Word>,
                              peg::opt<Sep, Word>, End<"the end of the line">> {};

}  // namespace ward::grammar

#endif  // WARD_GRAMMAR_TESTS_H_
