# shellcheck shell=bash disable=SC2154
# Functions for deploy.sh and destroy.sh, which source this file.

misused() { echo "$program: $*" >&2; usage >&2; exit 2; }
fail() { echo "$program: $*" >&2; exit 1; }

# Runs the AWS CLI in the stack's region, with text output.
cli() { aws "$@" "${region[@]}" --output text; }
stacks() { cli cloudformation "$@" --stack-name "$stack"; }

# Determines the account, the region and the caller, and prints them; exits if one of them is unknown.
identify() {
  local identity error
  command -v aws >/dev/null || fail "the AWS CLI is missing: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
  if [ ${#region[@]} -eq 0 ]; then
    local name=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}
    [ -n "$name" ] || fail "the region is not set. Give --region, set AWS_REGION, or run: aws configure set region eu-central-1"
    region=(--region "$name")
  fi
  error=$(mktemp)
  if ! identity=$(cli sts get-caller-identity --query '[Account, Arn]' 2>"$error"); then
    local reason
    reason=$(<"$error")
    rm -f "$error"
    fail "you are not signed in to AWS: ${reason#$'\n'} Sign in (aws configure, aws sso login), or set AWS_PROFILE."
  fi
  rm -f "$error"
  read -r account arn <<<"$identity"
  echo "account $account, region ${region[1]}, as $arn"
}

# Prints the stack's status, or NONE if the stack does not exist.
stack_status() {
  local answer
  if answer=$(stacks describe-stacks --query 'Stacks[0].StackStatus' 2>&1); then
    echo "$answer"
  elif [[ $answer == *"does not exist"* ]]; then
    echo NONE
  else
    fail "the stack $stack can't be read: $answer"
  fi
}

# Prints the stack's resources, one per line: logical id, name and type.
stack_resources() { stacks list-stack-resources --query "StackResourceSummaries[?ResourceStatus != 'DELETE_COMPLETE'].[LogicalResourceId, PhysicalResourceId, ResourceType]"; }

# Prints the stack's parameters, one per line: name and value.
stack_parameters() { stacks describe-stacks --query 'Stacks[0].Parameters[].[ParameterKey, ParameterValue]'; }

# Prints the stack's failures since a time, oldest first, because the first failure usually causes the later ones.
say_failures() {
  echo "What failed:" >&2
  stacks describe-stack-events \
    --query "reverse(StackEvents[?Timestamp >= '$1' && contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatus, ResourceStatusReason])" |
    awk -F '\t' '{ printf "  %-32s %-16s %s\n", $1, $2, $3 }' >&2 || true
}

# Asks for confirmation; succeeds if the answer matches the pattern, or if --yes was given.
confirmed() {
  local answer=''
  [ "$yes" = no ] || return 0
  printf '%s ' "$1"
  read -r answer || true
  echo
  # shellcheck disable=SC2053
  [[ $answer == $2 ]]
}
