#include "http/trust_stores.hpp"

#include "base/freed.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string_view>
#include <utility>

namespace adxf::http {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

/// How many certificates of `pem` were added to the store.
int AddAuthorities(X509_STORE* store, std::string_view pem) {
  int count = 0;
  Bio const reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (
      Certificate const certificate{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) == 1) ++count;
  }
  ERR_clear_error();  // The end of the input is reported as an error.
  return count;
}

TrustStores::Store Make(bool system_roots, std::string const& pem) {
  TrustStores::Store store(X509_STORE_new(), X509_STORE_free);
  if (!store) return store;
  if (system_roots) X509_STORE_set_default_paths(store.get());
  ERR_clear_error();  // Either may be absent.
  if (pem.empty()) return store;
  // A configured certificate is an anchor even when it is an intermediate one, as in Go's clients.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  return AddAuthorities(store.get(), pem) > 0 ? store : TrustStores::Store();
}

}  // namespace

TrustStores& TrustStores::Instance() {
  static TrustStores stores;
  return stores;
}

TrustStores::Store TrustStores::For(bool system_roots, std::string const& pem) {
  auto& stores = Instance();
  std::lock_guard const lock(stores.mutex_);
  auto const key = std::pair(system_roots, pem);
  if (auto const known = stores.stores_.find(key); known != stores.stores_.end())
    return known->second;
  auto store = Make(system_roots, pem);
  if (!store) return store;
  if (stores.stores_.size() >= kMostStores) stores.stores_.clear();  // of files that were replaced
  return stores.stores_[key] = std::move(store);
}

}  // namespace adxf::http
