// grammar: tests, operands and terms. The layers are README.md's precedence table, from loose to
// tight.
#ifndef WARD_GRAMMAR_EXPR_H_
#define WARD_GRAMMAR_EXPR_H_

#include "grammar/tokens.h"

namespace ward::grammar {

struct Expr;
struct Operand;

struct CallArguments
    : peg::seq<peg::one<'('>, Gap, Need<"a value", Expr>, peg::star<Comma, Need<"a value after the comma", Expr>>, Gap,
               Need<"`,` or `)`", peg::one<')'>>> {};
struct LookupKeys
    : peg::seq<peg::one<'['>, Gap, Need<"a key", Expr>, peg::star<Comma, Need<"a key after the comma", Expr>>, Gap,
               Need<"`,` or `]`", peg::one<']'>>> {};
struct LookupColumns : peg::plus<peg::one<'.'>, Need<"the name of a column after the dot", Segment>> {};
struct Ref : peg::seq<Dotted, peg::opt<peg::sor<CallArguments, peg::seq<LookupKeys, peg::opt<LookupColumns>>>>> {};

struct ListLiteral : peg::seq<peg::one<'['>, Gap,
                              peg::opt<peg::not_at<peg::one<']'>>, Need<"a value or `]`", Expr>,
                                       peg::star<Comma, Need<"a value after the comma", Expr>>>,
                              Gap, Need<"`,` or `]`", peg::one<']'>>> {};
struct Paren : peg::seq<peg::one<'('>, Gap, Need<"a test or a value", Expr>, Gap, Need<"`)`", peg::one<')'>>> {};

// Which literal a digit begins is told by what follows the digits.
struct Number
    : peg::seq<peg::at<peg::sor<peg::digit, peg::one<'-'>>>, peg::sor<Duration, Size, Timestamp, Clock, Address, Int>> {
};
struct Term : peg::sor<Text, Number, Route, ListLiteral, Paren, peg::seq<peg::at<Looks6>, Address>, Bool, Atom, Ref> {};

struct PlusOrMinus : peg::one<'+', '-'> {};
struct OrElse : Kw<"or else"> {};
struct Operand : peg::seq<Term, peg::star<Sep, PlusOrMinus, Sep, Need<"a value after the sign", Term>>,
                          peg::opt<Sep, OrElse, Need<"a value after `or else`", Sep, Term>>> {};

struct Presence : peg::sor<Kw<"is missing">, Kw<"is present">> {};
struct TestWord : peg::sor<Kw<"is not">, Kw<"is">, Kw<"not in">, Kw<"not before">, Kw<"not after">, Kw<"in">,
                           Kw<"has any of">, Kw<"has all of">, Kw<"has">, Kw<"at least">, Kw<"at most">,
                           Kw<"more than">, Kw<"less than">, Kw<"before">, Kw<"after">, Kw<"within">, Kw<"starts with">,
                           Kw<"ends with">, Kw<"matches">, Kw<"under">> {};
struct Relation : peg::sor<Presence, peg::seq<TestWord, Need<"a value to compare with", Sep, Operand>>> {};

// What can follow an operand that is a test by itself.
struct AfterTest : peg::sor<peg::eof, peg::one<')', ']', ','>, Kw<"and">, Kw<"or">> {};
struct Test : peg::seq<Operand, peg::opt<Sep, peg::not_at<AfterTest>,
                                         Need<"a test word such as `is`, `in`, `has` or `at least`", Relation>>> {};

struct Unary;
struct Not : peg::seq<Kw<"not">, Need<"a test after `not`", Sep, Unary>> {};
// Nesting is capped here: every parenthesis, bracket and `not` passes it (src/syntax/cst.cc).
struct Unary : peg::sor<Not, Test> {};

struct And : Kw<"and"> {};
struct Or : peg::seq<peg::not_at<Kw<"or else">>, Kw<"or">> {};
// `and` with `or` on one level parses, so that the message can show both readings (E04).
struct Expr : peg::seq<Unary, peg::star<Sep, peg::sor<And, Or>, Need<"a test after `and` or `or`", Sep, Unary>>> {};

}  // namespace ward::grammar

#endif  // WARD_GRAMMAR_EXPR_H_
