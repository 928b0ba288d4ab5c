// bench: the hospital workload (W2): departments whose staff may do some things to some kinds of records.
//
// The shape follows published benchmarks of other engines: 33 rules a department (32 allow, one deny by sensitivity) and
// five for emergencies; staff belong to teams, teams to departments. Same seed, same data.
#ifndef WARD_BENCH_HOSPITAL_H_
#define WARD_BENCH_HOSPITAL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ward/engine.h"

namespace ward::bench {

struct HospitalRequest {
  std::string action;
  std::string staff;
  std::string role;
  std::string record;
  std::string department;
  std::int64_t clearance = 0;
  std::int64_t sensitivity = 0;
  bool allowed = false;  // by a scan of the generator's own tables
};

struct Hospital {
  std::string policy;           // Ward text
  std::vector<TableRow> staff;  // rows of the live tree `hospital.main.staff`
  std::vector<HospitalRequest> requests;
  std::size_t rule_count = 0;
};

[[nodiscard]] Hospital MakeHospital(std::uint32_t departments, std::size_t requests);

}  // namespace ward::bench

#endif  // WARD_BENCH_HOSPITAL_H_
