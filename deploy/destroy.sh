#!/usr/bin/env bash
# Deletes a stack, after showing which resources are deleted and which are kept.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
program=destroy.sh

usage() {
  cat <<'USAGE'
Usage: deploy/destroy.sh --stack-name NAME [options]
  --stack-name NAME          name of the stack
  --region REGION            region of the stack (default: the AWS CLI's)
  --yes                      delete without asking
Resources that hold data (tables, their key, dead-letter queues) are kept if the stack's DataDeletionPolicy is Retain, and
deleted if it is Delete. No option of this script overrides that policy or the deletion protection of tables and stack;
change them with deploy.sh --parameter.
USAGE
}

# shellcheck source=deploy/stack.sh
source "$folder/stack.sh"

stack='' yes=no region=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --yes) yes=yes; shift; continue ;;
    --stack-name | --region) [ -n "${2:-}" ] || misused "$1 needs a value." ;;
    *) misused "unknown option $1." ;;
  esac
  case $1 in
    --stack-name) stack=$2 ;;
    --region) region=(--region "$2") ;;
  esac
  shift 2
done
[ -n "$stack" ] || misused "--stack-name is missing."

identify
status=$(stack_status)
case $status in
  NONE) echo "Stack $stack does not exist in ${region[1]}: nothing to delete."; exit 0 ;;
  DELETE_IN_PROGRESS) fail "$stack is already being deleted." ;;
  REVIEW_IN_PROGRESS) echo "$stack has no resources, only a change set that was never executed." ;;
  *_IN_PROGRESS) fail "$stack is $status: another operation is changing it. Run this again when it has ended." ;;
esac

if [ "$(stacks describe-stacks --query 'Stacks[0].EnableTerminationProtection')" = True ]; then
  fail "the stack $stack is protected against deletion. To remove the protection of the stack and of its tables, run deploy/deploy.sh with --parameter TableDeletionProtection=false. To remove only the protection of the stack, run aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name $stack"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stack_resources >"$work/resources"
stack_parameters >"$work/parameters"
parameter() { awk -F '\t' -v name="$1" '$1 == name { print $2 }' "$work/parameters"; }
# Prints the resources that hold data (argument 1) or the other resources (argument 0).
list() {
  awk -F '\t' -v data="$1" '($3 ~ /^AWS::(DynamoDB::Table|KMS::Key|SQS::Queue)$/) == data { printf "  %-34s %-34s %s\n", $1, $3, $2 }' "$work/resources" | sort -k2
}

policy=$(parameter DataDeletionPolicy)
[ -n "$policy" ] || [ ! -s "$work/resources" ] || fail "$stack was not created from this template: it has no parameter DataDeletionPolicy, so this script can't tell which resources would be kept. Delete the stack with the AWS CLI or console."
retained=''
[ "$policy" = Delete ] || retained=$(list 1)

if [ -z "$retained" ]; then
  # Ask DynamoDB about each table: its actual protection may differ from the parameter.
  while IFS=$'\t' read -r logical table type; do
    [ "$type" = AWS::DynamoDB::Table ] || continue
    protection=$(cli dynamodb describe-table --table-name "$table" --query Table.DeletionProtectionEnabled 2>/dev/null || true)
    [ "$protection" != True ] || fail "DynamoDB refuses to delete $table ($logical), because the table is protected against deletion; so nothing was deleted. To delete the table with its data, remove the protection and run this again: deploy/deploy.sh with --parameter TableDeletionProtection=false, or aws dynamodb update-table --table-name $table --no-deletion-protection-enabled"
  done <"$work/resources"
fi

echo
echo "Deleted with $stack:"
list 0
if [ -n "$retained" ]; then
  echo "Kept and charged for until you delete these resources yourself (DataDeletionPolicy is $policy):"
  echo "$retained"
elif [ -s "$work/resources" ]; then
  list 1
  echo "Nothing is kept (DataDeletionPolicy is $policy). The key can be restored for 30 days (aws kms cancel-key-deletion); the data can't be restored."
fi

while IFS=$'\t' read -r logical queue type; do
  [ "$type" = AWS::SQS::Queue ] || continue
  waiting=$(cli sqs get-queue-attributes --queue-url "$queue" --attribute-names ApproximateNumberOfMessages --query Attributes.ApproximateNumberOfMessages 2>/dev/null || echo 0)
  [ "$waiting" = 0 ] || [ "$waiting" = None ] || echo "$logical holds $waiting messages."
done <"$work/resources"
echo

confirmed "Type the stack's name to delete it:" "$stack" || fail "nothing was deleted, because you did not type the stack's name. (--yes deletes without asking.)"

since=$(date -u +%Y-%m-%dT%H:%M:%S)
stacks delete-stack
echo "Deleting; this takes a few minutes ..."
if ! stacks wait stack-delete-complete 2>"$work/error"; then
  say_failures "$since"
  fail "$stack could not be deleted completely ($(stack_status)). Fix the cause and run this again."
fi

echo "$stack is deleted.${retained:+ Before you create a stack with this name again, import or delete the resources that were kept.}"
