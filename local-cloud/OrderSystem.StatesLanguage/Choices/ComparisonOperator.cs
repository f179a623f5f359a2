namespace OrderSystem.StatesLanguage.Choices;

/// <summary>
/// The comparison operators of a Choice rule. The <c>…Path</c> form of an operator, such as <c>StringEqualsPath</c>, has the same
/// enum value, because only its operand differs.
/// </summary>
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
