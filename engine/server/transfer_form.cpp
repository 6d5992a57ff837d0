#include "engine/server/transfer_form.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "engine/core/limits.h"
#include "engine/server/outcome_text.h"
#include "engine/server/request_form.h"

namespace rialto::engine {
namespace {

using common::v1::TransferForm;
using common::v1::TransferKind_IsValid;

absl::Status Invalid(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("INVALID_TRANSFER: ", what));
}

// Those that TransferKind's table does not have for this kind.
absl::Status CheckFields(TransferKind kind, const TransferForm& form) {
  const bool has_target = !form.target_transaction_id().empty();
  const bool has_accounts = form.debit_account_id() != 0 || form.credit_account_id() != 0;
  if (kind != TransferKind::kPending && form.timeout_ms() != 0) {
    return Invalid("only a PENDING transfer has a timeout_ms");
  }
  switch (kind) {
    case TransferKind::kSingle:
    case TransferKind::kPending:
      if (has_target) return Invalid("SINGLE and PENDING have no target_transaction_id");
      if (form.debit_account_id() == form.credit_account_id()) {
        return Invalid("debit_account_id and credit_account_id must differ");
      }
      if (kind == TransferKind::kPending && form.debit_account_id() == kExternal.value()) {
        return Invalid("a PENDING transfer can not come from external");
      }
      return absl::OkStatus();
    case TransferKind::kPost:
    case TransferKind::kVoid:
      if (!has_target) return Invalid("POST and VOID need a target_transaction_id");
      return absl::OkStatus();
    default:
      if (!has_target) return Invalid("REVERSE needs a target_transaction_id");
      if (has_accounts || !form.asset().empty() || !form.amount().empty()) {
        return Invalid("REVERSE takes accounts, asset and amount from its target");
      }
      return absl::OkStatus();
  }
}

// Into asset and amount, as far as they are named.
absl::Status ParseMoney(const Catalog& catalog, const TransferForm& form, Transfer& transfer) {
  const bool resolves =
      transfer.kind != TransferKind::kSingle && transfer.kind != TransferKind::kPending;
  if (resolves && form.asset().empty() && form.amount().empty()) return absl::OkStatus();
  const rialto::Asset* asset = catalog.FindAsset(form.asset());
  if (asset == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("UNKNOWN_ASSET: no asset \"", form.asset().substr(0, 40), "\""));
  }
  transfer.asset_id = asset->id;
  if (resolves && form.amount().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(transfer.amount, ParseAmount(*asset, form.amount()));
  if (transfer.amount < Amount(1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("INVALID_AMOUNT: amount must be above 0, have ", form.amount()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Transfer> ParseTransfer(const Catalog& catalog, const TransferForm& form) {
  Transfer transfer;
  ASSIGN_OR_RETURN(transfer.transaction_id, TransactionId::Parse(form.transaction_id()));
  if (form.kind() != common::v1::TRANSFER_KIND_UNSPECIFIED) {
    transfer.kind = static_cast<TransferKind>(form.kind());
  }
  if (!TransferKind_IsValid(form.kind()) || transfer.kind == TransferKind::kDeposit ||
      transfer.kind == TransferKind::kWithdraw) {
    return Invalid("kind must be SINGLE, PENDING, POST, VOID or REVERSE");
  }
  RETURN_IF_ERROR(CheckFields(transfer.kind, form));
  transfer.debit_account_id = AccountId(form.debit_account_id());
  transfer.credit_account_id = AccountId(form.credit_account_id());
  RETURN_IF_ERROR(ParseMoney(catalog, form, transfer));
  ASSIGN_OR_RETURN(transfer.timeout_ns, ParseMilliseconds("timeout_ms", form.timeout_ms()));
  if (transfer.timeout_ns > limits::kTransferTimeoutNsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_DURATION: timeout_ms: need at most 366 days, have ", form.timeout_ms()));
  }
  if (!form.target_transaction_id().empty()) {
    ASSIGN_OR_RETURN(transfer.target, TransactionId::Parse(form.target_transaction_id()));
  }
  if (!form.reference().empty()) {
    ASSIGN_OR_RETURN(transfer.reference, CallerId::Parse(form.reference()));
  }
  return transfer;
}

common::v1::TransferAccepted ToTransferAccepted(const Catalog& catalog, const Outcome& outcome) {
  const rialto::Asset* asset = catalog.FindAsset(outcome.transfer.asset_id);
  common::v1::TransferAccepted accepted;
  accepted.set_amount(FormatAmount(*asset, outcome.transfer.amount));
  accepted.set_debit_account_id(outcome.transfer.debit_account_id.value());
  *accepted.mutable_debit_balance() =
      ToView(*asset, Balance{outcome.available, outcome.held, Sequence()});
  if (outcome.due_ns != 0) *accepted.mutable_expire_time() = ToTimestamp(outcome.due_ns);
  return accepted;
}

common::v1::TransferView ToView(const Catalog& catalog, const TransactionId& id,
                                const RememberedTransfer& transfer) {
  common::v1::TransferView view;
  view.set_transaction_id(id.ToString());
  view.set_kind(static_cast<common::v1::TransferKind>(transfer.kind.value));
  view.set_state(static_cast<common::v1::TransferState>(transfer.state));
  view.set_debit_account_id(transfer.debit_account_id.value());
  view.set_credit_account_id(transfer.credit_account_id.value());
  if (const rialto::Asset* asset = catalog.FindAsset(transfer.asset_id); asset != nullptr) {
    view.set_asset(asset->symbol);
    view.set_amount(FormatAmount(*asset, transfer.amount));
  }
  if (transfer.expires != Timestamp(0)) {
    *view.mutable_expire_time() = ToTimestamp(transfer.expires.value());
  }
  view.set_reversed(transfer.is_reversed);
  view.set_decided_sequence(transfer.sequence.value());
  if (transfer.state == TransferState::kRefused) {
    const bool is_own = transfer.refused == transfer.member + 1u;
    view.set_reject_reason(is_own ? static_cast<common::v1::RejectReason>(transfer.reason)
                                  : common::v1::REJECT_REASON_LINKED_FAILED);
  }
  return view;
}

}  // namespace rialto::engine
