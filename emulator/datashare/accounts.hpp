#pragma once

#include "emulator/datashare/place.hpp"

namespace adxf::emulator::datashare {

WireReply ListAccounts(Context& context);
WireReply GetAccount(Context& context);
WireReply PutAccount(Context& context);
WireReply PatchAccount(Context& context);
WireReply DeleteAccount(Context& context);

/// Gives a new account its identity: a principal in its tenant's directory, called like the
/// account. One that is made again under the same id gets another.
void GiveIdentity(Estate& estate, Account& account);

}  // namespace adxf::emulator::datashare
