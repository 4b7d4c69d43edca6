// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHubEvents} from "./IHubEvents.sol";
import {Ask, Settlement} from "../types/Request.sol";

/// @title What the court does at the hub
/// @notice The court judges; the hub moves the money, by these three moves and no others. Only the court may make them.
interface IHubDisputes is IHubEvents {
    /// @notice Stops an answer from becoming final: its fee leaves the payee's earnings, and its lien stays locked.
    function contest(Ask calldata ask, Settlement calldata settlement) external;

    /// @notice The answer stands: final, and its fee is the payee's.
    function uphold(Ask calldata ask, Settlement calldata settlement) external;

    /// @notice The answer is wrong: its lien is slashed, half of it burned, three tenths to the challenger and the rest to the requester, who
    /// gets the fee back.
    /// @param challenger Who has earned the three tenths. The address that nobody has where nobody did: they are burned then.
    /// @param provenOutput The commitment of the right answer, where a proof has shown it; zero where nothing has. It becomes the
    /// request's answer, one revision later.
    function overturn(Ask calldata ask, Settlement calldata settlement, address challenger, bytes32 provenOutput) external;
}
