#include "hospital.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string_view>
#include <utility>

namespace ward::bench {
namespace {

struct Grant {
  std::string_view record;
  std::vector<std::string_view> actions;
};

struct Role {
  std::string_view name;
  std::int64_t clearance;
  std::vector<Grant> grants;
};

const std::vector<Role>& Roles() {
  static const std::vector<Role> kRoles = {
      {"attending",
       4,
       {{"patient", {"read", "write", "create"}},
        {"lab", {"read", "order"}},
        {"prescription", {"read", "write", "prescribe"}},
        {"imaging", {"read", "order"}},
        {"care-note", {"read", "write", "create"}},
        {"referral", {"read", "write", "create"}}}},
      {"resident",
       3,
       {{"patient", {"read", "write"}},
        {"lab", {"read"}},
        {"prescription", {"read"}},
        {"imaging", {"read", "order"}},
        {"care-note", {"read", "write", "create"}},
        {"referral", {"read", "create"}}}},
      {"nurse",
       3,
       {{"patient", {"read", "write"}},
        {"lab", {"read"}},
        {"prescription", {"read"}},
        {"care-note", {"read", "write", "create"}},
        {"roster", {"read", "write"}}}},
      {"lab-tech", 2, {{"lab", {"read", "write", "create"}}, {"imaging", {"read", "write", "create"}}}},
      {"pharmacist", 3, {{"prescription", {"read", "write", "approve"}}, {"patient", {"read"}}}},
      {"clerk",
       2,
       {{"roster", {"read", "write", "create", "delete"}}, {"bill", {"read", "write"}}, {"audit-log", {"read"}}}},
      {"biller", 2, {{"bill", {"read", "write", "create", "charge"}}, {"patient", {"read"}}}},
      {"auditor", 4, {{"audit-log", {"read", "write", "create", "audit"}}, {"patient", {"read"}}, {"bill", {"read"}}}},
      {"researcher", 1, {{"patient", {"read"}}, {"lab", {"read"}}, {"imaging", {"read"}}}},
  };
  return kRoles;
}

constexpr std::string_view kActions[] = {"read",  "write",   "create", "delete", "prescribe",
                                         "order", "approve", "charge", "audit",  "override"};
constexpr std::string_view kEmergencyRecords[] = {"patient", "lab", "prescription", "imaging", "care-note"};
constexpr std::string_view kEmergencyActions[] = {"read", "write", "prescribe", "override"};

constexpr std::string_view kHead = R"(policy hospital.main governs hospital

type job    is one of attending, resident, nurse, lab-tech, pharmacist, clerk, biller, auditor, researcher, emergency
type record is one of patient, lab, prescription, imaging, bill, roster, care-note, referral, consent, audit-log

attributes of subject
  id:        string
  job:       job
  clearance: int

attributes of resource
  record:      record
  department:  string
  sensitivity: int

table staff live tree
  | id: string key | parents: set of string |

api hospital
)";

std::string Department(std::uint32_t number) { return fmt::format("dept_{}", number); }

void AppendDepartment(std::uint32_t number, Hospital& hospital) {
  const std::string department = Department(number);
  auto out = std::back_inserter(hospital.policy);
  for (const Role& role : Roles()) {
    for (const Grant& grant : role.grants) {
      fmt::format_to(out,
                     "rule d{0}-{1}-{2}\n  allow {3}\n  when subject.job is {1} and resource.record is {2} and "
                     "resource.department is \"{4}\"\n   and subject.id within staff[\"{4}\"]\n",
                     number, role.name, grant.record, fmt::join(grant.actions, ", "), department);
      ++hospital.rule_count;
    }
  }
  fmt::format_to(out,
                 "rule d{}-sensitive\n  deny everything\n  when resource.department is \"{}\" and "
                 "resource.sensitivity more than subject.clearance\n",
                 number, department);
  ++hospital.rule_count;
}

void AppendEmergencies(Hospital& hospital) {
  auto out = std::back_inserter(hospital.policy);
  for (const std::string_view record : kEmergencyRecords) {
    fmt::format_to(out, "rule emergency-{0}\n  allow {1}\n  when subject.job is emergency and resource.record is {0}\n",
                   record, fmt::join(kEmergencyActions, ", "));
    ++hospital.rule_count;
  }
}

class Generator {
 public:
  explicit Generator(std::uint32_t departments) : departments_(departments), random_(42) {}

  std::size_t Below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool Chance(double p) { return std::bernoulli_distribution(p)(random_); }

  void Staff(Hospital& hospital) {
    for (std::uint32_t d = 0; d < departments_; ++d) {
      for (int i = 0; i < 2; ++i) {
        hospital.staff.push_back({{fmt::format("team_{}", 2 * d + static_cast<std::uint32_t>(i)), Department(d)}});
      }
      for (int i = 0; i < 5; ++i) AddPerson(d, hospital);
    }
  }

  HospitalRequest Ask() {
    static constexpr std::string_view kWanted[] = {"read",   "read",  "read",      "read",   "write", "write",
                                                   "create", "order", "prescribe", "charge", "audit", "delete"};
    static constexpr std::string_view kRecords[] = {"patient", "patient",   "patient",      "lab",
                                                    "lab",     "care-note", "prescription", "imaging",
                                                    "roster",  "bill",      "audit-log",    "referral"};
    const Person& person = people_[Below(people_.size())];
    HospitalRequest request;
    request.action = kWanted[Below(std::size(kWanted))];
    request.staff = person.name;
    request.role = Chance(0.02) ? "emergency" : std::string(person.role->name);
    request.clearance = person.role->clearance;
    request.record = kRecords[Below(std::size(kRecords))];
    const auto department = Chance(0.8) ? person.home : static_cast<std::uint32_t>(Below(departments_));
    request.department = Department(department);
    request.sensitivity = Chance(0.7) ? 1 : static_cast<std::int64_t>(1 + Below(4));
    request.allowed = Allowed(request, person, department);
    return request;
  }

 private:
  struct Person {
    std::string name;
    const Role* role;
    std::uint32_t home;
    std::set<std::uint32_t> departments;
  };

  void AddPerson(std::uint32_t home, Hospital& hospital) {
    Person person{fmt::format("staff_{}", people_.size()), &Roles()[Below(Roles().size())], home, {home}};
    // Guests in about one other department in twenty, at most eight so that large hospitals stay sparse.
    const std::size_t guests = std::min<std::size_t>(8, departments_ / 20);
    for (std::size_t i = 0; i < guests; ++i) person.departments.insert(static_cast<std::uint32_t>(Below(departments_)));
    std::string teams;
    for (const std::uint32_t d : person.departments) {
      teams += fmt::format("{}team_{}", teams.empty() ? "" : " ", 2 * d + Below(2));
    }
    hospital.staff.push_back({{person.name, teams}});
    people_.push_back(std::move(person));
  }

  static bool Allowed(const HospitalRequest& request, const Person& person, std::uint32_t department) {
    if (request.sensitivity > request.clearance) return false;
    if (request.role == "emergency") {
      return std::count(std::begin(kEmergencyRecords), std::end(kEmergencyRecords), request.record) > 0 &&
             std::count(std::begin(kEmergencyActions), std::end(kEmergencyActions), request.action) > 0;
    }
    if (person.departments.count(department) == 0) return false;
    return std::any_of(person.role->grants.begin(), person.role->grants.end(), [&request](const Grant& grant) {
      return grant.record == request.record &&
             std::count(grant.actions.begin(), grant.actions.end(), request.action) > 0;
    });
  }

  std::uint32_t departments_;
  std::mt19937_64 random_;
  std::vector<Person> people_;
};

}  // namespace

Hospital MakeHospital(std::uint32_t departments, std::size_t requests) {
  Hospital hospital;
  hospital.policy = kHead;
  for (const std::string_view action : kActions) {
    fmt::format_to(std::back_inserter(hospital.policy), "  {0}  action \"{0}\" on \"record\"\n", action);
  }
  for (std::uint32_t d = 0; d < departments; ++d) AppendDepartment(d, hospital);
  AppendEmergencies(hospital);
  Generator generator(departments);
  generator.Staff(hospital);
  hospital.requests.reserve(requests);
  for (std::size_t i = 0; i < requests; ++i) hospital.requests.push_back(generator.Ask());
  return hospital;
}

}  // namespace ward::bench
