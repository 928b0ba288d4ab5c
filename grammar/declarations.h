// grammar: opening lines of declarations, and the items of their bodies.
#ifndef WARD_GRAMMAR_DECLARATIONS_H_
#define WARD_GRAMMAR_DECLARATIONS_H_

#include "grammar/clauses.h"

namespace ward::grammar {

// ---- annotations ----

struct Annotation : peg::seq<peg::one<'@'>, Need<"the annotation's name", Name>, peg::star<Sep, Term>,
                             End<"a value or the end of the line">> {};

// ---- policy, use, parameter, type ----

struct PolicyLine : peg::seq<Kw<"policy">, Need<"the policy's name, such as `orders.access`", Sep, Dotted>,
                             peg::opt<Sep, Kw<"governs">, Need<"names of APIs or `everything`", Sep, Operations>>,
                             End<"`governs` or the end of the line">> {};
struct UseLine : peg::seq<Kw<"use">, Need<"the names to use", Sep, Names>,
                          Need<"`,` or `from` and the name of a policy", Sep, Kw<"from">>,
                          Need<"the name of a policy", Sep, Dotted>, End<"the end of the line">> {};

struct UpTo : peg::seq<Kw<"up to">, Need<"a number of bytes", Sep, Int>> {};
struct SetOf : peg::seq<Kw<"set of">, Need<"an enum or `string`", Sep, Name>> {};
struct TypeRef : peg::sor<SetOf, peg::seq<Name, peg::opt<Sep, UpTo>>> {};
struct TypeNeeded : peg::seq<Need<"`:` and a type", Colon>, Need<"a type such as `string`", TypeRef>> {};

struct Between : peg::seq<Kw<"between">, Need<"the least value", Sep, Term>,
                          Need<"`and` and the greatest value", Sep, Kw<"and">>, Need<"the greatest value", Sep, Term>> {
};
struct ParameterLine : peg::seq<Kw<"parameter">, Need<"the parameter's name", Sep, Name>, TypeNeeded,
                                Need<"`=` and a value", Sep, peg::one<'='>>, Need<"a value", Sep, Term>,
                                peg::opt<Comma, Need<"`between` and two values", Between>>,
                                End<"`, between` with two values, or the end of the line">> {};

struct Less : peg::seq<Gap, peg::one<'<'>, Gap> {};
// After the first value, which both share.
struct MoreOrdered : peg::seq<peg::plus<Less, Need<"a value after `<`", Word>>, End<"`<` or the end of the line">> {};
struct MoreListed
    : peg::seq<peg::star<Comma, Need<"a word after the comma", Word>>, End<"`,` or the end of the line">> {};
struct Enum : peg::seq<Kw<"one of">, Need<"the values of the enum", Sep, Word>, peg::sor<MoreOrdered, MoreListed>> {};
struct Alias : peg::seq<TypeRef, End<"the end of the line">> {};
struct TypeLine : peg::seq<Kw<"type">, Need<"the type's name", Sep, Name>, Need<"`is`", Sep, Kw<"is">>,
                           Need<"`one of` and values, or a type", Sep, peg::sor<Enum, Alias>>> {};

// ---- attributes ----

struct AttributesLine
    : peg::seq<Need<"`attributes of`", Kw<"attributes of">>, Need<"an object such as `token`", Sep, Name>,
               peg::opt<Sep, Kw<"from">, Need<"a row such as `clients[token.azp]`", Sep, Ref>>,
               End<"`from` or the end of the line">> {};
struct Optional : Kw<"optional"> {};
struct Secret : Kw<"secret"> {};
struct LowerCase : Kw<"lower case"> {};
struct FromSource : peg::seq<Kw<"from">, Need<"where it comes from", Sep, Operand>> {};
struct SplitBy : peg::seq<Kw<"split by">, Need<"a text in quotes", Sep, Text>> {};
struct Modifier : peg::sor<Optional, Secret, LowerCase, FromSource, SplitBy> {};
// `one of` is refused with a fix of its own: enums are listed in `type` only.
struct AttributeLine
    : peg::seq<Need<"the attribute's name", AttributeName>, Need<"`:` and a type", Colon>,
               Need<"the name of a type", peg::not_at<Kw<"one of">>>, Need<"a type such as `string`", TypeRef>,
               peg::star<Comma, Need<"`optional`, `secret`, `lower case`, `from` or `split by`", Modifier>>,
               End<"`,` or the end of the line">> {};

// ---- api ----

struct Hosts : peg::seq<Kw<"at">, Need<"a host name in quotes", Sep, Texts>> {};
struct ApiLine : peg::seq<Kw<"api">, Need<"the API's name", Sep, Name>, peg::opt<Sep, peg::sor<Hosts, FromText>>,
                          End<"`at` and a host, `from` and a file, or the end of the line">> {};
struct GroupLine
    : peg::seq<Kw<"group">, Need<"the group's name", Sep, Name>, Need<"`is` and operations", Sep, Kw<"is">>,
               Need<"names of operations", Sep, Names>, End<"`,` or the end of the line">> {};
struct ByRoute : peg::seq<Method, Need<"a path such as `/orders/{order: int}`", Sep, Route>> {};
struct OnResource : peg::seq<Kw<"on">, Need<"the resource type in quotes", Sep, Text>> {};
struct ByAction : peg::seq<Kw<"action">, Need<"the action's name in quotes", Sep, Text>, peg::opt<Sep, OnResource>> {};
struct Anonymous : Kw<"anonymous"> {};
struct OperationLine
    : peg::seq<
          Need<"the operation's name", Name>,
          Need<"a method such as `GET` and a path, or `action` and a name in quotes", Sep, peg::sor<ByRoute, ByAction>>,
          peg::opt<Sep, Anonymous>, End<"`anonymous` or the end of the line">> {};

// ---- zone, role, condition, schedule ----

struct ZoneLine : peg::seq<Kw<"zone">, Need<"the zone's name", Sep, Name>, End<"the end of the line">> {};

struct Includes : peg::seq<Kw<"includes">, Need<"the role it includes", Sep, Words>> {};
struct RoleWhen : peg::seq<Kw<"when">, Condition> {};
struct RoleLine : peg::seq<Kw<"role">, Need<"the role's name", Sep, Word>, peg::opt<Sep, Includes>,
                           peg::opt<Sep, RoleWhen>, End<"`includes`, `when` or the end of the line">> {};

struct ConditionParameter : peg::seq<Need<"the parameter's name", Name>, TypeNeeded> {};
struct ConditionParameters : peg::seq<peg::one<'('>, Gap, ConditionParameter, peg::star<Comma, ConditionParameter>, Gap,
                                      Need<"`,` or `)`", peg::one<')'>>> {};
struct ConditionLine : peg::seq<Kw<"condition">, Need<"the condition's name", Sep, Name>, peg::opt<ConditionParameters>,
                                Need<"`means` and a test", Sep, Kw<"means">>, Condition, EndOfTest> {};

struct ClockNeeded : Need<"a time such as `08:00`", Sep, Clock> {};
struct Days : peg::seq<Name, peg::opt<Sep, Kw<"to">, Need<"a day such as `Friday`", Sep, Name>>> {};
struct ScheduleSpan : peg::seq<Days, ClockNeeded, Need<"`to` and a time", Sep, Kw<"to">>, ClockNeeded> {};
struct ScheduleLine
    : peg::seq<Kw<"schedule">, Need<"the schedule's name", Sep, Name>, Need<"`means` and days", Sep, Kw<"means">>,
               Need<"a day such as `Monday`", Sep, ScheduleSpan>,
               peg::star<Comma, Need<"a day such as `Monday`", ScheduleSpan>>,
               Need<"`,` or `in` and a time zone, such as `in \"Europe/Paris\"`", Sep, Kw<"in">>,
               Need<"a time zone in quotes, such as \"Europe/Paris\"", Sep, Text>, End<"the end of the line">> {};

// ---- tables ----

struct Live : Kw<"live"> {};
struct Tree : Kw<"tree"> {};
struct TableLine : peg::seq<Kw<"table">, Need<"the table's name", Sep, Name>, peg::opt<Sep, Live>, peg::opt<Sep, Tree>,
                            peg::opt<Sep, FromText>, End<"`live`, `tree`, `from` or the end of the line">> {};
struct Bar : peg::one<'|'> {};
struct Key : Kw<"key"> {};
struct Column : peg::seq<Need<"a column such as `id: string`", Name>, TypeNeeded, peg::opt<Sep, Key>> {};
struct ColumnsLine
    : peg::seq<Bar, peg::plus<peg::not_at<peg::eof>, Gap, Column, Gap, Need<"`key` or `|`", Bar>, Gap>, End<"`|`">> {};
struct EmptyCell : peg::at<Bar> {};
struct RowLine : peg::seq<Bar,
                          peg::plus<peg::not_at<peg::eof>, Gap, Need<"a value or `|`", peg::sor<EmptyCell, Term>>, Gap,
                                    Need<"`|`", Bar>, Gap>,
                          End<"`|`">> {};

// ---- rules and limits ----

struct Shadow : Kw<"shadow"> {};
struct RuleLine : peg::seq<peg::opt<Shadow, Need<"`rule` or `limit`", Sep>>, Kw<"rule">,
                           Need<"the rule's name", Sep, Name>, End<"the end of the line">> {};
struct LimitLine : peg::seq<peg::opt<Shadow, Need<"`rule` or `limit`", Sep>>, Kw<"limit">,
                            Need<"the limit's name", Sep, Name>, End<"the end of the line">> {};

}  // namespace ward::grammar

#endif  // WARD_GRAMMAR_DECLARATIONS_H_
