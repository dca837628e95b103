#include "emulator/datashare/email_registrations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

constexpr int kMaxAttempts = 3;
constexpr auto kLifetime = std::chrono::hours(1);

json RegistrationJson(EmailRegistration const& registration) {
  return {{"tenantId", registration.tenant_id},
          {"email", registration.email},
          {"registrationStatus", registration.status},
          {"activationExpirationDate", Iso8601(registration.expires)}};
}

EmailRegistration* FindRegistration(Context& context) {
  auto const email = AuthorOf(context).email;
  auto& all = context.estate.data_share.registrations;
  auto const found = std::ranges::find_if(all, [&](EmailRegistration const& it) {
    return it.tenant_id == context.caller.tenant_id && SameName(it.email, email);
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

WireReply RegisterEmail(Context& context) {
  auto const author = AuthorOf(context);
  if (author.email.empty())
    return ErrorReply(400, "EmailNotFound", "The caller's token has no e-mail address.");
  auto& holdings = context.estate.data_share;
  auto* registration = FindRegistration(context);
  if (registration == nullptr) {
    holdings.registrations.push_back({.tenant_id = author.tenant_id, .email = author.email});
    registration = &holdings.registrations.back();
  }
  if (registration->status == "Activated") return Done(200, RegistrationJson(*registration));
  registration->status = "ActivationPending";
  registration->failed_attempts = 0;
  registration->code = context.estate.NewGuid();
  registration->expires = context.Now() + kLifetime;
  holdings.mails.push_back({.kind = "activation",
                            .to = author.email,
                            .sent = context.Now(),
                            .code = registration->code});
  return Done(200, RegistrationJson(*registration));
}

WireReply ActivateEmail(Context& context) {
  auto const body = arm::JsonBody(context);
  if (!body) return body.error();
  auto* const registration = FindRegistration(context);
  if (registration == nullptr)
    return ErrorReply(404, "RegistrationNotFound", "No registration is pending for the caller.");
  bool const is_open =
      registration->status == "ActivationPending" && context.Now() < registration->expires;
  if (is_open && arm::Text(*body, "activationCode") == registration->code) {
    registration->status = "Activated";
  } else if (is_open && ++registration->failed_attempts >= kMaxAttempts) {
    registration->status = "ActivationAttemptsExhausted";
  }
  return Done(200, RegistrationJson(*registration));
}

}  // namespace adxf::emulator::datashare
