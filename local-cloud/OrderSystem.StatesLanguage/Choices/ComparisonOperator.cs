namespace OrderSystem.StatesLanguage.Choices;

/// <summary>The comparison operators of a Choice rule. A <c>…Path</c> form only differs in its operand.</summary>
internal enum ComparisonOperator
{
    BooleanEquals,
    IsBoolean,
    IsNull,
    IsNumeric,
    IsPresent,
    IsString,
    IsTimestamp,
    NumericEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    NumericLessThan,
    NumericLessThanEquals,
    StringEquals,
    StringGreaterThan,
    StringGreaterThanEquals,
    StringLessThan,
    StringLessThanEquals,
    StringMatches,
    TimestampEquals,
    TimestampGreaterThan,
    TimestampGreaterThanEquals,
    TimestampLessThan,
    TimestampLessThanEquals,
}
