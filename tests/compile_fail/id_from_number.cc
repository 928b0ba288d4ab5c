// EXPECT: could not convert|no viable conversion
#include "base/ids.h"

struct RuleTag;
using RuleId = ward::base::Id<RuleTag>;

RuleId First() {
#ifdef MISTAKE
  return 0U;
#else
  return RuleId(0U);
#endif
}
