#include "kinds/common/decision.hpp"

#include "kinds/common/conditions.hpp"
#include "model/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace adxf::kinds {
namespace {

using End = Step::End;
using Json = nlohmann::ordered_json;

// A line is read by people and kept for months: what is longer is in the object.
constexpr std::size_t kMostSteps = 20;
constexpr std::size_t kMostChanges = 20;
constexpr std::size_t kLongestText = model::kMaxConditionMessage;
constexpr std::size_t kLongestValue = 256;

std::string_view ToString(End end) {
  switch (end) {
    case End::kLater: return "later";
    case End::kDone: return "done";
    case End::kUnderWay: return "under way";
    case End::kWaiting: return "waiting";
    case End::kFailed: return "failed";
    case End::kInterrupted: return "interrupted";
  }
  return "later";
}

bool Has(std::vector<Step> const& steps, End end) {
  return std::ranges::find(steps, end, &Step::end) != steps.end();
}

bool DidSomething(std::vector<Step> const& steps) {
  return Has(steps, End::kDone) || Has(steps, End::kUnderWay) || Has(steps, End::kFailed);
}

/// Work that goes on by itself, unlike a problem that is tried again.
bool IsProgress(std::vector<model::Condition> const& conditions) {
  auto const* reconciling = model::FindCondition(conditions, kReconciling);
  return reconciling != nullptr && reconciling->reason == kReasonProgressing;
}

enum class Turn { kHad, kAwaited };

Outcome OutcomeOf(std::vector<model::Condition> const& conditions,
                  std::vector<PlannedAction> const& would_do, Turn turn) {
  std::string text = turn == Turn::kAwaited ? "waiting\n" : "\n";
  if (auto const* ready = model::FindCondition(conditions, kReady)) {
    text += std::string(model::ToString(ready->status)) + "\n" + ready->reason + "\n";
    // How far the work has come is told by what is done.
    if (!IsProgress(conditions)) text += ready->message;
  }
  for (auto const& it : would_do) text += "\n" + it.action + "\n" + it.detail;
  return std::hash<std::string>{}(text);
}

/// Nothing was found but that more has to be read.
bool OnlyReads(Decision const& it) {
  if (!it.steps.empty()) return false;
  auto const* ready = model::FindCondition(it.after, kReady);
  bool const knows_nothing = ready != nullptr && ready->reason == kReasonProgressing;
  return knows_nothing || (it.looks_again_soon && it.after == it.before);
}

std::string_view EndOf(Decision const& it) {
  if (it.lets_go) return "let go";
  for (auto const end : {End::kFailed, End::kInterrupted, End::kWaiting, End::kUnderWay}) {
    if (Has(it.steps, end)) return ToString(end);
  }
  if (!it.is_settled) return ToString(End::kUnderWay);
  bool const is_blocked =
      model::IsTrue(it.after, kStalled) || model::IsTrue(it.after, kReconciling);
  return is_blocked ? "blocked" : ToString(End::kDone);
}

bool NeedsALook(Decision const& it, bool is_news) {
  bool const mends = std::ranges::any_of(it.steps, [](Step const& step) {
    return std::ranges::any_of(step.changes, &FieldChange::is_drift) && step.end != End::kLater;
  });
  bool const warns = std::ranges::any_of(
      it.last_words, [](EventNote const& note) { return note.type == EventNote::Type::kWarning; });
  return (is_news && model::IsTrue(it.after, kStalled)) || mends || warns;
}

std::string Clip(std::string_view text, std::size_t limit = kLongestText) {
  return model::Shorten(text, limit);
}

Json JsonOf(FieldChange const& it) {
  Json json{{"field", Clip(it.field, kLongestValue)},
            {"have", Clip(it.have, kLongestValue)},
            {"want", Clip(it.want, kLongestValue)}};
  if (it.is_drift) json["by_others"] = true;
  return json;
}

Json JsonOf(PlannedAction const& it) {
  Json json{{"action", it.action}};
  if (!it.detail.empty()) json["detail"] = Clip(it.detail);
  return json;
}

Json JsonOf(Step const& step) {
  Json json = JsonOf(step.action);
  auto const count = std::min(step.changes.size(), kMostChanges);
  for (std::size_t i = 0; i < count; ++i) json["changes"].push_back(JsonOf(step.changes[i]));
  json["end"] = ToString(step.end);
  if (!step.correlation_id.empty()) json["correlation_id"] = step.correlation_id;
  if (!step.error) return json;
  json["code"] = ToString(step.error->code);
  if (!step.error->service_code.empty()) json["service_code"] = step.error->service_code;
  json["error"] = Clip(step.error->message);
  return json;
}

Json JsonOf(EventNote const& it) { return {{"reason", it.reason}, {"message", Clip(it.message)}}; }

/// A list of a few things; absent when there are none.
template <class Item>
void AddList(std::vector<LogField>& fields, std::string_view key, std::vector<Item> const& items) {
  if (items.empty()) return;
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(items.size(), kMostSteps); ++i)
    list.push_back(JsonOf(items[i]));
  fields.push_back(kv(key, JsonText{list.dump(-1, ' ', false, Json::error_handler_t::replace)}));
  if (items.size() > kMostSteps) fields.push_back(kv(std::string(key) + "_total", items.size()));
}

/// The last one: what status.lastChange tells.
std::string CorrelationId(std::vector<Step> const& steps) {
  std::string id;
  for (auto const& step : steps) {
    if (!step.correlation_id.empty()) id = step.correlation_id;
  }
  return id;
}

std::vector<LogField> FieldsOf(Decision const& it) {
  std::vector<LogField> fields{kv("kind", it.kind),
                               kv("namespace", it.object.name_space),
                               kv("name", it.object.name),
                               kv("uid", it.object.uid),
                               kv("generation", it.object.generation),
                               kv("reconcile_id", it.reconcile_id)};
  AddList(fields, "actions", it.steps);
  AddList(fields, "would_do", it.would_do);
  fields.push_back(kv("end", EndOf(it)));
  auto const* ready = model::FindCondition(it.after, kReady);
  if (ready != nullptr && !it.lets_go) {
    fields.push_back(kv("ready", model::ToString(ready->status)));
    fields.push_back(kv("reason", ready->reason));
    fields.push_back(kv("message", Clip(ready->message)));
  }
  AddList(fields, "last_words", it.last_words);
  if (auto const id = CorrelationId(it.steps); !id.empty())
    fields.push_back(kv("correlation_id", id));
  return fields;
}

}  // namespace

std::optional<DecisionLine> LineOf(Decision const& decision, std::optional<Outcome>& told) {
  bool const is_waiting = Has(decision.steps, End::kWaiting);
  auto const outcome =
      OutcomeOf(decision.after, decision.would_do, is_waiting ? Turn::kAwaited : Turn::kHad);
  auto const before = told.value_or(OutcomeOf(decision.before, decision.would_have, Turn::kHad));
  bool const is_news = outcome != before;
  bool const is_worth_it =
      DidSomething(decision.steps) || decision.lets_go ||
      (is_news && !OnlyReads(decision) && !Has(decision.steps, End::kInterrupted));
  if (!is_worth_it) return std::nullopt;
  told = outcome;
  return DecisionLine{.level = NeedsALook(decision, is_news) ? LogLevel::kWarn : LogLevel::kInfo,
                      .fields = FieldsOf(decision)};
}

void Tell(Log const& log, Decision const& decision, std::optional<Outcome>& told) {
  if (auto const line = LineOf(decision, told)) log.Write(line->level, "decided", line->fields);
}

}  // namespace adxf::kinds
